// src/core/logic/standalone.cpp: a world made of one document.
#include "core/logic/standalone.hpp"

#include <cmath>
#include <deque>
#include <unordered_map>

#include "core/logic/external.hpp"
#include "core/logic/form_document.hpp"
#include "core/logic/numbers.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {
namespace {

using Fault = StandaloneFault;

class StandaloneWorld : public World {
public:
    StandaloneWorld(const Document &document, const Names &all_names, const Standalone &options) : form_(document)
    {
        documents.push_back(&document);
        names = &all_names;
        zone = options.zone;
        now = options.now;
        seed = options.seed;
        properties = options.properties;
        language_ = form_.default_language();
        for (std::size_t i = 0; i < form_.languages().size(); ++i)
            if (form_.languages()[i] == options.language) language_ = i;
    }

    // Absolute paths from inside a form's primary instance start at it, as they do in the form.
    void stand_at(std::uint32_t node)
    {
        const std::uint32_t primary = form_.primary();
        if (primary != 0 && node >= primary && node < (*documents[0])[primary].end) root = primary;
    }

    // A document of its own, found by instance().
    Result<bool> add_instance(const std::string &id, std::string_view text, Names &all_names, Poll poll)
    {
        Document &external = externals_.emplace_back();
        auto read = read_external(text, all_names, external, poll);
        instances_[id] = static_cast<std::uint32_t>(documents.size());
        documents.push_back(&external);
        return read;
    }

    std::optional<Ref> instance(std::string_view id) const override
    {
        if (const auto found = instances_.find(std::string(id)); found != instances_.end())
            return Ref(found->second, Document::root);
        const std::uint32_t inner = form_.instance(id);
        return inner == 0 ? std::nullopt : std::optional(Ref(0, inner));
    }

    std::optional<std::string_view> itext(std::string_view id) const override
    {
        const std::uint32_t found = form_.itext(language_, id);
        if (found == 0) return std::nullopt;
        return documents[0]->text_of(found, scratch_);
    }

    std::optional<std::string_view> choice_label(Evaluator &, std::string_view, std::string_view,
                                                 const Context &) const override
    {
        return std::nullopt;  // there are no questions
    }

private:
    FormDocument form_;
    std::size_t language_ = 0;
    std::deque<Document> externals_;
    std::unordered_map<std::string, std::uint32_t> instances_;
    mutable Arena scratch_;
};

Prefixes all_prefixes(const Document &document, const Standalone &options)
{
    Prefixes prefixes = options.prefixes;
    for (const auto &[prefix, uri] : document.prefixes()) prefixes.emplace_back(prefix, uri);
    prefixes.insert(prefixes.end(), well_known_prefixes.begin(), well_known_prefixes.end());
    return prefixes;
}

void write_number(double number, JsonSink &json)
{
    Arena arena;
    const std::string_view text = print_in_script(number, arena);
    if (std::isfinite(number))
        json.number(text);
    else
        json.string(text);
}

void write(const Value &value, Evaluator &evaluator, JsonSink &json)
{
    json.begin_object();
    json.key("type");
    switch (value.type) {
        case Value::Type::nodes:
            json.string("nodeset");
            json.key("value");
            json.begin_array();
            for (const Ref ref : value.nodes) json.string(evaluator.text_of(ref));
            json.end();
            break;
        case Value::Type::number:
            json.string("number");
            json.key("value");
            write_number(value.number, json);
            break;
        case Value::Type::boolean:
            json.string("boolean");
            json.key("value");
            json.boolean(value.truth);
            break;
        case Value::Type::text:
        case Value::Type::date:
            json.string("string");
            json.key("value");
            json.string(evaluator.text(value));
            break;
    }
    json.end();
}

}  // namespace

Result<bool, Fault> evaluate_over(std::string_view text, std::string_view expression, std::string_view place,
                                  const Standalone &options, Poll poll, JsonSink &json)
{
    Names names;
    Document document;
    if (const auto fault = read_document(text, names, document, {true, xml::Doctype::passed_over}, poll))
        return Fault{Fault::With::document, fault->at, fault->message, {}};
    const Prefixes prefixes = all_prefixes(document, options);
    const auto compiled = compile(expression, names, prefixes);
    if (!compiled.ok()) return Fault{Fault::With::expression, compiled.fault().at, compiled.fault().message, {}};
    const auto path = compile(place, names, prefixes);
    if (!path.ok()) return Fault{Fault::With::place, path.fault().at, path.fault().message, {}};
    const auto root = compile(options.root, names, prefixes);
    if (!root.ok() && !options.root.empty())
        return Fault{Fault::With::place, root.fault().at, root.fault().message, {}};
    StandaloneWorld world(document, names, options);
    for (const auto &[id, data] : options.instances)
        if (const auto added = world.add_instance(id, data, names, poll); !added.ok())
            return Fault{Fault::With::instance, added.fault().at, added.fault().message, id};
    try {
        Evaluator finder(world, Dialect::webforms, options.limits, poll);
        const Value found = finder.evaluate(path.value(), Context(Ref(0, Document::root)));
        if (!found.is(Value::Type::nodes) || found.nodes.empty())
            return Fault{Fault::With::place, 0, "there is no node at that place", {}};
        const Ref at = found.nodes.front();
        if (!root.ok()) {
            if (at.document() == 0) world.stand_at(at.node());
        } else {
            const Value start = finder.evaluate(root.value(), Context(Ref(0, Document::root)));
            if (!start.is(Value::Type::nodes) || start.nodes.empty() || start.nodes.front().document() != 0)
                return Fault{Fault::With::place, 0, "there is no node where absolute paths are to start", {}};
            world.root = start.nodes.front().node();
        }
        Evaluator evaluator(world, options.dialect, options.limits, poll);
        write(evaluator.evaluate(compiled.value(), Context(at)), evaluator, json);
    } catch (EvaluationFault &fault) {
        const bool limit = fault.kind == EvaluationFault::Kind::limit;
        return Fault{limit ? Fault::With::limit : Fault::With::evaluation, 0, std::move(fault.message), {}};
    }
    return true;
}

}  // namespace quire::logic
