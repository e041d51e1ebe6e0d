// src/pg/support/error.cpp: wording of faults.
#include "pg/support/error.hpp"

#include "pg/support/call.hpp"

namespace quire::pg {

Error &&Error::about(Relation relation, std::string column, std::string constraint) &&
{
    if (const char *schema = call([&] { return get_namespace_name(RelationGetNamespace(relation)); })) schema_ = schema;
    table_ = RelationGetRelationName(relation);
    column_ = std::move(column);
    constraint_ = std::move(constraint);
    return std::move(*this);
}

std::string quoted(std::string_view name)
{
    std::string text = "\"";
    text.append(name).append("\"");
    return text;
}

std::string quoted_list(std::span<const std::string> names)
{
    std::string text;
    for (const std::string &name : names) text.append(text.empty() ? "" : ", ").append(quoted(name));
    return text;
}

}  // namespace quire::pg
