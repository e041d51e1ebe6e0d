// src/pg/support/args.hpp: what a function was called with, and what it gives back.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

// A value that was compressed or stored out of line, as it was.
varlena *detoast(varlena *stored);

// The content of a text-like value, without a copy unless it must be detoasted.
inline std::string_view text_of(Datum value)
{
    auto *stored = reinterpret_cast<varlena *>(DatumGetPointer(value));
    if (VARATT_IS_EXTERNAL(stored) || VARATT_IS_COMPRESSED(stored)) stored = detoast(stored);
    return {VARDATA_ANY(stored), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(stored))};
}

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
