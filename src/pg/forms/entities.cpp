// src/pg/forms/entities.cpp: SQL entry point that tells what a submission asks of entities.
#include "core/forms/submission_entities.hpp"

#include "pg/forms/form_value.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/json.hpp"
#include "pg/support/results.hpp"

namespace forms = quire::forms;
namespace pg = quire::pg;

namespace {

std::optional<Datum> uuid(const std::optional<std::string> &text)
{
    if (!text) return std::nullopt;
    return pg::call([&] { return DirectFunctionCall1(uuid_in, CStringGetDatum(text->c_str())); });
}

std::optional<Datum> number(std::optional<std::int32_t> value)
{
    return value ? std::optional(Int32GetDatum(*value)) : std::nullopt;
}

std::string_view name_of(forms::Entity::Action action)
{
    switch (action) {
        case forms::Entity::Action::create: return "create";
        case forms::Entity::Action::update: return "update";
        case forms::Entity::Action::upsert: break;
    }
    return "upsert";
}

Datum data_of(const forms::Entity &entity)
{
    pg::JsonbWriter json;
    json.begin_object();
    for (const auto &[property, value] : entity.data) {
        json.key(property);
        json.string(value);
    }
    json.end();
    return json.finish();
}

}  // namespace

QUIRE_FUNCTION(submission_entities)
{
    const forms::Form &form = pg::form_argument(args, 0);
    const std::string_view submission = pg::submission_argument(args, 1);
    const auto entities = forms::read_submission_entities(form, submission, pg::poll);
    if (!entities.ok()) pg::refuse_submission(submission, entities.fault());
    pg::RowSet rows(args);
    for (const forms::Entity &entity : entities.value())
        rows.add(pg::Row()
                     .text(entity.dataset.empty() ? pg::Text() : pg::Text(entity.dataset))
                     .datum(uuid(entity.id))
                     .text(entity.label)
                     .text(pg::Text(name_of(entity.action)))
                     .datum(number(entity.base_version))
                     .datum(number(entity.trunk_version))
                     .datum(uuid(entity.branch_id))
                     .datum(data_of(entity))
                     .text(entity.error));
    return rows.finish();
}
