// src/pg/models/query.hpp: questions to the catalogs, answered in texts.
#pragma once
#include "pg/support/spi.hpp"

namespace quire::pg {

using TextRow = std::vector<std::optional<std::string>>;

// A parameter of a query; texts are in UTF-8.
struct Parameter {
    Oid type;
    Datum value;
    bool is_null = false;
};
Parameter text_parameter(std::string_view utf8);
Parameter optional_parameter(const std::optional<std::string> &utf8);
inline Parameter number_parameter(std::int32_t number)
{
    return {INT4OID, Int32GetDatum(number)};
}
inline Parameter oid_parameter(Oid oid)
{
    return {OIDOID, ObjectIdGetDatum(oid)};
}

// Runs one statement, all of whose columns are of type text; its rows, in UTF-8. It sees what others have committed by
// now, unless the transaction keeps to its own view.
std::vector<TextRow> query(const std::string &sql, std::span<const Parameter> parameters = {}, bool read_only = false);

}  // namespace quire::pg
