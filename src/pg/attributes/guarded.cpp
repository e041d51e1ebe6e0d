// src/pg/attributes/guarded.cpp: reading the arguments of check_attributes.
#include "pg/attributes/guarded.hpp"

#include "pg/support/call.hpp"
#include "pg/support/error.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/spi.hpp"

namespace quire::pg {

AttributeWiring read_wiring(const std::vector<std::string> &arguments, const std::string &trigger)
{
    const auto argument = [&](std::size_t i, const char *otherwise) {
        return i < arguments.size() && !arguments[i].empty() ? arguments[i] : std::string(otherwise);
    };
    AttributeWiring wiring{argument(0, ""), argument(1, ""), argument(2, "name"), argument(3, "type"), "", ""};
    if (wiring.column.empty() || wiring.definitions.empty())
        throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "trigger " + quoted(trigger) + " does not say what it checks")
            .detail("The first two arguments of check_attributes are a column and a table of definitions.");
    // "project_id", or "project = project_id": theirs, then ours.
    const std::string scope = argument(4, "");
    const std::size_t sign = scope.find('=');
    const auto trim = [](std::string text) {
        text.erase(0, text.find_first_not_of(' '));
        text.erase(text.find_last_not_of(' ') + 1);
        return text;
    };
    wiring.definition_scope = trim(scope.substr(0, sign));
    wiring.row_scope = sign == std::string::npos ? wiring.definition_scope : trim(scope.substr(sign + 1));
    return wiring;
}

Oid find_definitions(const std::string &name, Oid table)
{
    const char *const schema = call([&] { return get_namespace_name(get_rel_namespace(table)); });
    const PinnedSearchPath path(schema);
    const Datum text = make_varlena(name);
    return call([&] {
        LOCAL_FCINFO(fcinfo, 1);
        InitFunctionCallInfoData(*fcinfo, nullptr, 1, InvalidOid, nullptr, nullptr);
        fcinfo->args[0] = {text, false};
        const Datum found = to_regclass(fcinfo);
        return fcinfo->isnull ? InvalidOid : DatumGetObjectId(found);
    });
}

}  // namespace quire::pg
