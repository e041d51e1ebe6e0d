// src/core/forms/attachments.cpp: the files that a form expects, as ODK Central finds them.
#include <algorithm>
#include <unordered_map>

#include "core/forms/definition.hpp"
#include "core/support/ascii.hpp"
#include "core/xml/elements.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

// The file in jr://images/name and the like: one component below a known host.
std::optional<std::string> file_of(std::string_view uri)
{
    constexpr std::string_view scheme = "jr://";
    constexpr std::string_view hosts[] = {"images", "audio", "video", "file", "file-csv"};
    uri = xml::trim(uri);
    if (uri.substr(0, scheme.size()) != scheme) return std::nullopt;
    uri.remove_prefix(scheme.size());
    const std::size_t slash = uri.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const std::string_view host = uri.substr(0, slash), name = uri.substr(slash + 1);
    if (std::find(std::begin(hosts), std::end(hosts), host) == std::end(hosts)) return std::nullopt;
    if (name.empty() || name.find('/') != std::string_view::npos) return std::nullopt;
    return std::string(name);
}

// The name of the file in an appearance like "minimal search('file', …)"; none where it searches nothing that is
// known. The fault is a quote that does not end.
struct Search {
    std::optional<std::string> file;
    bool broken = false;
};

Search read_search(std::string_view appearance)
{
    std::string_view text = xml::trim(appearance);
    constexpr std::string_view word = "search";
    // One word may stand before it.
    if (text.substr(0, word.size()) != word) {
        std::size_t end = 0;
        while (end < text.size() && (is_alnum(text[end]) || text[end] == '_')) ++end;
        if (end == 0 || end == text.size() || !xml::is_xml_space(text[end])) return {};
        text = xml::trim(text.substr(end));
        if (text.substr(0, word.size()) != word) return {};
    }
    text = xml::trim(text.substr(word.size()));
    if (text.size() < 2 || text.front() != '(' || text.back() != ')') return {};
    text = xml::trim(text.substr(1, text.size() - 2));
    if (text.empty() || (text.front() != '\'' && text.front() != '"')) return {};

    // The first argument, in whose quotes a doubled quote is one.
    const char quote = text.front();
    std::string name;
    std::size_t at = 1;
    for (;; ++at) {
        if (at == text.size()) return {std::nullopt, true};
        if (text[at] != quote)
            name += text[at];
        else if (at + 1 < text.size() && text[at + 1] == quote)
            name += text[at++];
        else
            break;
    }
    const std::string_view rest = xml::trim(text.substr(at + 1));
    if (!rest.empty() && rest.front() != ',') return {std::nullopt, true};
    if (name.empty() || xml::trim(name) != name) return {};
    constexpr std::string_view extension = ".csv";
    if (name.size() < extension.size() || name.substr(name.size() - extension.size()) != extension) name += extension;
    return {std::move(name), false};
}

// Keeps each file once, though once for each type that follows another.
class Files {
public:
    explicit Files(std::vector<Attachment> &files) : files_(files) {}

    void add(std::optional<std::string> name, std::string_view type)
    {
        if (!name) return;
        std::string &last = last_type_[*name];
        if (last == type) return;
        last = type;
        files_.push_back({std::move(*name), std::string(type)});
    }

private:
    std::vector<Attachment> &files_;
    std::unordered_map<std::string, std::string> last_type_;
};

void add_media(const Definition &definition, Files &files)
{
    const xmlNode *const itext = xml::child_named(definition.model, "itext");
    if (!itext) return;
    xml::for_each_child(itext, "translation", [&](const xmlNode *translation) {
        xml::for_each_child(translation, "text", [&](const xmlNode *text) {
            xml::for_each_child(text, "value", [&](const xmlNode *value) {
                std::string form = xml::attribute(value, "form").value_or("");
                if (form == "big-image") form = "image";
                if (form == "image" || form == "audio" || form == "video")
                    files.add(file_of(xml::text_content(value)), form);
            });
        });
    });
}

// The first text in an element, which ends at the first tag after it.
std::string first_text(const xmlNode *element, bool &ended)
{
    std::string text;
    for (const xmlNode *node = element->children; node && !ended; node = node->next) {
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
            text += xml::view(node->content);
        else if (node->type == XML_ELEMENT_NODE)
            text += first_text(node, ended);
    }
    ended |= !text.empty();
    return text;
}

void add_defaults(const Definition &definition, Files &files)
{
    xml::for_each_child(definition.model, "instance", [&](const xmlNode *instance) {
        const xmlNode *const root = xml::first_element(instance);
        if (!root) return;
        xml::for_each_child(root, [&](const xmlNode *child) {
            bool ended = false;
            const std::string text = first_text(child, ended);
            if (text.rfind("jr://images/", 0) == 0) files.add(file_of(text), "image");
        });
    });
}

void add_searches(Definition &definition, Files &files)
{
    bool itemsets = false;
    if (!definition.body) return;
    xml::for_each_below(definition.body, [&](const xmlNode *element) {
        itemsets |= xml::name_of(element) == "input" && xml::attribute(element, "query");
    });
    if (itemsets) files.add("itemsets.csv", "file");
    xml::for_each_below(definition.body, [&](const xmlNode *element) {
        const std::string_view name = xml::name_of(element);
        if (name != "select" && name != "select1") return;
        const auto appearance = xml::attribute(element, "appearance");
        if (!appearance) return;
        const Search search = read_search(*appearance);
        if (search.broken)
            definition.form.attachments_fault = "the search() appearance of " +
                                                xml::plain_attribute(element, "ref").value_or("a select") +
                                                " has quotes that do not match";
        files.add(search.file, "file");
    });
}

}  // namespace

void read_attachments(Definition &definition)
{
    Files files(definition.form.attachments);
    xml::for_each_child(definition.model, "instance", [&](const xmlNode *instance) {
        if (const auto source = xml::attribute(instance, "src")) files.add(file_of(*source), "file");
    });
    add_media(definition, files);
    add_defaults(definition, files);
    add_searches(definition, files);
    if (definition.form.attachments_fault) definition.form.attachments.clear();
}

}  // namespace quire::forms
