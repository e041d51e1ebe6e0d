// src/core/forms/submission_entities.cpp: gathering entities while a submission is read, and checking them.
#include "core/forms/submission_entities.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "core/forms/entities.hpp"
#include "core/forms/submission.hpp"
#include "core/support/ascii.hpp"
#include "core/xml/elements.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

// The attributes of an entity element, and its label, as they are written.
struct Request {
    std::optional<std::string> dataset, id, create, update, base_version, trunk_version, branch_id, label;
};

constexpr struct {
    std::string_view name;
    std::optional<std::string> Request::*member;
} attributes[] = {
    {"dataset", &Request::dataset},
    {"id", &Request::id},
    {"create", &Request::create},
    {"update", &Request::update},
    {"baseVersion", &Request::base_version},
    {"trunkVersion", &Request::trunk_version},
    {"branchId", &Request::branch_id},
};

bool is_blank(const std::optional<std::string> &text)
{
    return !text || xml::trim(*text).empty();
}

bool is_on(const std::optional<std::string> &flag)
{
    return flag == "1" || flag == "true";
}

// A UUID of version 4 and the common variant, in lower case and without the prefix "uuid:".
std::optional<std::string> normal_uuid(std::string_view text)
{
    constexpr std::string_view form = "hhhhhhhh-hhhh-4hhh-vhhh-hhhhhhhhhhhh", prefix = "uuid:";
    std::string uuid(text);
    std::transform(uuid.begin(), uuid.end(), uuid.begin(), to_lower);
    if (uuid.compare(0, prefix.size(), prefix) == 0) uuid.erase(0, prefix.size());
    const auto fits = [](char c, char want) {
        if (want == 'h') return is_digit(c) || (c >= 'a' && c <= 'f');
        return want == 'v' ? c == '8' || c == '9' || c == 'a' || c == 'b' : c == want;
    };
    if (!std::equal(uuid.begin(), uuid.end(), form.begin(), form.end(), fits)) return std::nullopt;
    return uuid;
}

// Turns what is written into an entity; the first thing that is wrong is its error.
class Checker {
public:
    Checker(const Request &request, Entity &entity) : request_(request), entity_(entity) {}

    // Central tries an upsert as an update and falls back to creating where no base version is given, so that is how it
    // is checked; a base version that is none, or a bad branch, fails either way.
    void check(const Dataset &declared)
    {
        const bool creates = is_on(request_.create), updates = is_on(request_.update);
        entity_.action = !updates ? Entity::Action::create : creates ? Entity::Action::upsert : Entity::Action::update;
        entity_.dataset = request_.dataset.value_or("");
        if (is_blank(request_.dataset)) fail("the attribute dataset is missing or empty");
        if (creates && !declared.create) fail("the attribute create is on, but the form does not declare it");
        if (updates && !declared.update) fail("the attribute update is on, but the form does not declare it");
        check_id();
        entity_.base_version = version(request_.base_version, "baseVersion");
        if (updates && !creates && !entity_.base_version) fail("the attribute baseVersion is missing, empty or 0");
        check_branch();
        if (!is_blank(request_.label)) entity_.label = request_.label;
        const bool may_create = creates && !(updates && entity_.base_version);
        if (may_create && !entity_.label) fail("the label is missing or empty");
    }

    void fail(std::string message)
    {
        if (!entity_.error) entity_.error = std::move(message);
    }

private:
    void check_id()
    {
        if (is_blank(request_.id)) return fail("the attribute id is missing or empty");
        entity_.id = normal_uuid(*request_.id);
        if (!entity_.id) fail("the attribute id is no UUID of version 4");
    }

    void check_branch()
    {
        const bool is_given = !is_blank(request_.branch_id);
        if (is_given) entity_.branch_id = normal_uuid(*request_.branch_id);
        if (is_given && !entity_.branch_id) fail("the attribute branchId is no UUID of version 4");
        if (!is_given && !is_blank(request_.trunk_version))
            fail("the attribute trunkVersion is given without branchId");
        entity_.trunk_version = version(request_.trunk_version, "trunkVersion");
    }

    std::optional<std::int32_t> version(const std::optional<std::string> &text, const char *name)
    {
        if (is_blank(text)) return std::nullopt;
        std::int32_t number = 0;
        const auto [stop, error] = std::from_chars(text->data(), text->data() + text->size(), number);
        if (!std::all_of(text->begin(), text->end(), is_digit))
            fail(std::string("the attribute ") + name + " is no whole number");
        else if (error != std::errc())
            fail(std::string("the attribute ") + name + " is too large");
        else if (number > 0)
            return number;
        return std::nullopt;
    }

    const Request &request_;
    Entity &entity_;
};

// Declarations that stand where the form's are faulty: enough to find what asks for an entity.
std::vector<Dataset> elements_of(const Form &form)
{
    std::vector<Dataset> datasets(form.entities.size());
    for (std::size_t i = 0; i < datasets.size(); ++i) {
        datasets[i].container = form.entities[i].container;
        datasets[i].element = form.entities[i].element;
    }
    return datasets;
}

class Reader : public IgnoreRest {
public:
    explicit Reader(const Form &form) : form_(form), parts_(form.nodes.size())
    {
        auto datasets = datasets_of(form);
        if (datasets.ok()) {
            datasets_ = std::move(datasets).value();
        } else {
            fault_ = "the form declares its entities wrongly: " + datasets.fault().message;
            datasets_ = elements_of(form);
        }
        drafts_.resize(datasets_.size());
        found_.resize(datasets_.size());
        for (std::uint32_t i = 0; i < datasets_.size(); ++i) {
            const Dataset &dataset = datasets_[i];
            parts_[dataset.container].container_of = i;
            parts_[dataset.element].element_of = i;
            if (const std::uint32_t label = form.child(dataset.element, "label")) parts_[label].label_of = i;
            for (const std::uint32_t property : dataset.properties) parts_[property].property_of = i;
        }
    }

    void enter(std::uint32_t node, const xml::Tag &tag)
    {
        if (parts_[node].container_of != none) drafts_[parts_[node].container_of].begin();
        begin(node, tag);
    }

    void begin(std::uint32_t node, const xml::Tag &tag)
    {
        const std::uint32_t dataset = parts_[node].element_of;
        if (dataset == none) return;
        Request &request = drafts_[dataset].request;
        for (const auto &[name, member] : attributes) (request.*member).reset();
        for (xml::Attributes each(tag); each.next();)
            for (const auto &[name, member] : attributes)
                if (each.name() == name) request.*member = each.value();
    }

    void leaf(std::uint32_t node, std::string_view own)
    {
        Part &part = parts_[node];
        if (part.label_of != none) drafts_[part.label_of].request.label = own;
        if (part.property_of == none) return;
        Draft &draft = drafts_[part.property_of];
        if (part.written_in != draft.number) {
            part.written_in = draft.number;
            part.place = draft.data.size();
            draft.data.emplace_back(*form_[node].property, std::string());
        }
        draft.data[part.place].second = own;
    }

    void leave(std::uint32_t node)
    {
        if (parts_[node].container_of != none) end_entity(parts_[node].container_of);
    }

    std::vector<Entity> entities()
    {
        std::vector<Entity> all;
        for (auto &found : found_)
            all.insert(all.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
        return all;
    }

private:
    static constexpr std::uint32_t none = 0xFFFFFFFF;

    // What a node is, and to which dataset.
    struct Part {
        std::uint32_t container_of = none, element_of = none, label_of = none, property_of = none;
        // The draft that has the property, and where in it: when a question is there twice, the last value counts.
        std::size_t written_in = 0, place = 0;
    };
    // The entity of a dataset while its container is open.
    struct Draft {
        std::size_t number = 0;  // counts the drafts of a dataset, from 1
        Request request;
        std::vector<std::pair<std::string, std::string>> data;

        void begin() { *this = {number + 1, {}, {}}; }
    };

    void end_entity(std::uint32_t dataset)
    {
        Draft &draft = drafts_[dataset];
        if (!is_on(draft.request.create) && !is_on(draft.request.update)) return;
        Entity &entity = found_[dataset].emplace_back();
        Checker checker(draft.request, entity);
        if (fault_) checker.fail(*fault_);
        checker.check(datasets_[dataset]);
        entity.data = std::move(draft.data);
    }

    const Form &form_;
    std::optional<std::string> fault_;  // of the declarations
    std::vector<Dataset> datasets_;
    std::vector<Part> parts_;  // of each node
    std::vector<Draft> drafts_;
    std::vector<std::vector<Entity>> found_;
};

}  // namespace

Result<std::vector<Entity>, xml::ScanFault> read_submission_entities(const Form &form, std::string_view submission,
                                                                     Poll poll)
{
    if (form.is_encrypted()) return std::vector<Entity>();
    Reader reader(form);
    if (const auto fault = read(form, submission, reader, poll)) return *fault;
    return reader.entities();
}

}  // namespace quire::forms
