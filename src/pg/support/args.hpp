// src/pg/support/args.hpp: what a function was called with, and what it gives back.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

// The content of a text-like value, without a copy unless it was compressed or stored out of line.
std::string_view text_of(Datum value);

// The arguments of one call. Those read by type must not be null; strict functions need not ask.
class Args {
public:
    explicit Args(FunctionCallInfo fcinfo) : fcinfo_(fcinfo) {}

    FunctionCallInfo fcinfo() const { return fcinfo_; }
    int count() const { return fcinfo_->nargs; }
    bool is_null(int i) const { return fcinfo_->args[i].isnull; }
    Datum datum(int i) const { return fcinfo_->args[i].value; }

    std::string_view text(int i) const { return text_of(datum(i)); }
    std::string_view cstring(int i) const { return DatumGetCString(datum(i)); }
    std::string_view name(int i) const { return NameStr(*DatumGetName(datum(i))); }
    bool boolean(int i) const { return DatumGetBool(datum(i)); }
    std::int32_t int4(int i) const { return DatumGetInt32(datum(i)); }
    std::int64_t int8(int i) const { return DatumGetInt64(datum(i)); }
    Oid oid(int i) const { return DatumGetObjectId(datum(i)); }
    std::optional<std::string_view> optional_text(int i) const
    {
        return is_null(i) ? std::nullopt : std::optional(text(i));
    }

    // The result NULL.
    Datum null() const
    {
        fcinfo_->isnull = true;
        return Datum{0};
    }

private:
    FunctionCallInfo fcinfo_;
};

}  // namespace quire::pg
