// src/pg/access/questions.cpp: can, permitted, verbs, explain_access: what an actor may do, in a word, as a list, and
// why.
#include "core/access/explain.hpp"
#include "core/access/permits.hpp"

#include "pg/access/actor.hpp"
#include "pg/access/holdings.hpp"
#include "pg/access/reading.hpp"
#include "pg/support/compat.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/results.hpp"

namespace pg = quire::pg;
namespace rules = quire::access;

namespace {

// About whom is asked: the session's actor, unless told. About others, who can get at the policy's schema may ask.
std::string_view actor_argument(pg::Args &args, int argument, const pg::Policy &policy)
{
    const std::string_view actor = args.is_null(argument) ? pg::need_actor() : args.text(argument);
    if (actor == pg::current_actor()) return actor;
    const Oid schema = policy.shape.schema;
    if (!pg::call([&] { return pg::may_use_schema(schema, GetUserId()); }))
        throw pg::Error(ERRCODE_INSUFFICIENT_PRIVILEGE, "permission denied to ask policy " + policy.shape.canonical +
                                                            " about another actor than the session's")
            .hint("It takes USAGE on the schema of the policy.");
    return actor;
}

std::string_view named_argument(pg::Args &args, int argument, const char *name)
{
    if (args.is_null(argument))
        throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "the " + std::string(name) + " is NULL");
    return args.text(argument);
}

Datum make_texts(const rules::Texts &texts)
{
    std::vector<pg::Text> list;
    list.reserve(texts.size());
    for (std::size_t number = 0; number < texts.size(); ++number) list.emplace_back(texts[number]);
    return pg::make_text_array(list);
}

Datum in_database(std::string_view text)
{
    return pg::make_varlena(text);
}

}  // namespace

// can(policy, verb, object, actor) → bool
QUIRE_FUNCTION(can)
{
    const pg::PolicyPointer policy = pg::find_policy(named_argument(args, 0, "policy"));
    const std::string_view verb = named_argument(args, 1, "verb"), actor = actor_argument(args, 3, *policy);
    // What is not known to be something is nobody's.
    if (args.is_null(2)) return BoolGetDatum(false);
    return BoolGetDatum(pg::allows_once(policy, verb, actor, args.text(2)));
}

// permitted(policy, verb, actor) → text[]
QUIRE_FUNCTION(permitted)
{
    const pg::PolicyPointer policy = pg::find_policy(named_argument(args, 0, "policy"));
    const std::string_view verb = named_argument(args, 1, "verb"), actor = actor_argument(args, 2, *policy);
    return make_texts(pg::find_holding(policy, verb, actor)->read().found());
}

// verbs(policy, object, actor) → text[]
QUIRE_FUNCTION(verbs)
{
    const pg::PolicyPointer policy = pg::find_policy(named_argument(args, 0, "policy"));
    const std::string_view object = named_argument(args, 1, "object"), actor = actor_argument(args, 2, *policy);
    std::vector<std::string> verbs;
    {
        pg::Reading reading(policy);
        verbs = rules::verbs_on(reading, actor, object, pg::poll);
    }
    const std::vector<pg::Text> texts(verbs.begin(), verbs.end());
    return pg::make_text_array(texts);
}

// explain_access(policy, verb, object, actor) → SETOF (step, link, subject, target, note)
QUIRE_FUNCTION(explain_access)
{
    const pg::PolicyPointer policy = pg::find_policy(named_argument(args, 0, "policy"));
    const std::string_view verb = named_argument(args, 1, "verb"), object = named_argument(args, 2, "object"),
                           actor = actor_argument(args, 3, *policy);
    pg::RowSet rows(args);
    std::vector<rules::Reason> reasons;
    {
        pg::Reading reading(policy);
        reasons = rules::explain(reading, actor, verb, object, pg::poll);
    }
    std::int64_t step = 0;
    for (const rules::Reason &reason : reasons) {
        pg::Row row;
        row.integer(++step).text(reason.link).datum(in_database(reason.subject)).datum(in_database(reason.target));
        reason.note.empty() ? row.null() : row.datum(in_database(reason.note));
        rows.add(row);
    }
    return rows.finish();
}
