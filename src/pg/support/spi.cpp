// src/pg/support/spi.cpp: connections, plans and the setting they run in.
#include "pg/support/spi.hpp"

namespace quire::pg {
namespace {

Error unexpected(const char *step, int result)
{
    return Error(ERRCODE_INTERNAL_ERROR, std::string("could not ") + step + " an SQL statement of quire's own")
        .detail(SPI_result_code_string(result));
}

}  // namespace

Spi::Spi()
{
    call([] { SPI_connect(); });
}

// When an exception is on its way, the abort of the transaction closes the connection.
Spi::~Spi()
{
    if (std::uncaught_exceptions() == unwinding_) SPI_finish();
}

std::optional<Datum> Spi::value(std::uint64_t row, int column) const
{
    bool is_null;
    const Datum value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column + 1, &is_null);
    return is_null ? std::nullopt : std::optional(value);
}

Plan::Plan(const char *sql, std::span<const Oid> parameters, For values)
{
    const int options = values == For::any_values ? CURSOR_OPT_GENERIC_PLAN : 0;
    plan_.reset(call([&] {
        const auto plan =
            SPI_prepare_cursor(sql, static_cast<int>(parameters.size()), const_cast<Oid *>(parameters.data()), options);
        if (plan) SPI_keepplan(plan);
        return plan;
    }));
    if (!plan_) throw unexpected("prepare", SPI_result);
}

void Plan::run(std::span<const Datum> values, const Options &options, const char *nulls) const
{
    const int result = call([&] {
        return SPI_execute_snapshot(plan_.get(), const_cast<Datum *>(values.data()), nulls, options.snapshot,
                                    InvalidSnapshot, options.read_only, options.fires_triggers, options.limit);
    });
    if (result < 0) throw unexpected("run", result);
}

AsRole::AsRole(Oid role)
{
    GetUserIdAndSecContext(&role_, &context_);
    SetUserIdAndSecContext(
        role, context_ | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS);
}

PinnedSearchPath::PinnedSearchPath(const char *schema, For use) : level_(NewGUCNestLevel())
{
    const std::string path = (use == For::looking_up ? "pg_catalog, " : "") + identifier(schema) + ", pg_temp";
    call([&] {
        set_config_option("search_path", path.c_str(), PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    });
}

PinnedSearchPath::~PinnedSearchPath()
{
    if (std::uncaught_exceptions() == unwinding_) AtEOXact_GUC(true, level_);
}

void execute(const std::string &sql)
{
    const Spi spi;
    const int result = call([&] { return SPI_execute(sql.c_str(), false, 0); });
    if (result < 0)
        throw Error(ERRCODE_INTERNAL_ERROR, "could not run an SQL statement of quire's own")
            .detail(SPI_result_code_string(result));
}

std::string identifier(const char *name)
{
    return call([&] { return quote_identifier(name); });
}

std::string qualified_name(Oid relation)
{
    return call([&] {
        return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)), get_rel_name(relation));
    });
}

std::string literal(std::string_view text)
{
    const std::string whole(text);
    return call([&] { return quote_literal_cstr(whole.c_str()); });
}

}  // namespace quire::pg
