// src/pg/models/query.cpp: running queries.
#include "pg/models/query.hpp"

#include "pg/support/encoding.hpp"
#include "pg/support/memory.hpp"

namespace quire::pg {

Parameter text_parameter(std::string_view utf8)
{
    return {TEXTOID, make_varlena(to_database(utf8))};
}

Parameter optional_parameter(const std::optional<std::string> &utf8)
{
    return utf8 ? text_parameter(*utf8) : Parameter{TEXTOID, Datum{0}, true};
}

std::vector<TextRow> query(const std::string &sql, std::span<const Parameter> parameters, bool read_only)
{
    std::vector<Oid> types;
    std::vector<Datum> values;
    std::string nulls;
    for (const Parameter &parameter : parameters) {
        types.push_back(parameter.type);
        values.push_back(parameter.value);
        nulls += parameter.is_null ? 'n' : ' ';
    }
    const Spi spi;
    const Plan plan(sql.c_str(), types);
    plan.run(values, {.read_only = read_only}, nulls.c_str());
    std::vector<TextRow> rows(SPI_tuptable ? spi.rows() : 0);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (row % 1024 == 0) poll();
        for (int column = 0; column < SPI_tuptable->tupdesc->natts; ++column) {
            const auto value = spi.value(row, column);
            rows[row].push_back(value ? std::optional<std::string>(to_utf8(text_of(*value))) : std::nullopt);
        }
    }
    return rows;
}

}  // namespace quire::pg
