// src/core/forms/parse.cpp: the outline and header of a form, and the order in which its parts are read.
#include "core/forms/parse.hpp"

#include <algorithm>

#include "core/xml/document.hpp"
#include "core/xml/elements.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

using xml::child_named;

[[noreturn]] void refuse(const xmlNode *at, std::string message)
{
    throw FormFault{FormFault::Kind::not_a_form, at ? xml::line_of(at) : 1, std::move(message), {}};
}

const xmlNode *need_child(const xmlNode *parent, std::string_view name, const char *message)
{
    const xmlNode *const child = child_named(parent, name);
    if (!child) refuse(parent, message);
    return child;
}

std::optional<std::string> unless_empty(std::optional<std::string> text)
{
    return text && text->empty() ? std::nullopt : text;
}

}  // namespace

void read_outline(Definition &definition, const xmlDoc *document)
{
    const xmlNode *const html = xmlDocGetRootElement(document);
    if (!html || xml::name_of(html) != "html") refuse(html, "the root element of a form is html");
    definition.head = need_child(html, "head", "the form has no head");
    definition.model = need_child(definition.head, "model", "the form has no model");
    definition.body = child_named(html, "body");
    const xmlNode *const instance = need_child(definition.model, "instance", "the model has no instance");
    definition.root = xml::first_element(instance);
    if (!definition.root) refuse(instance, "the primary instance is empty");
    if (const xmlNode *const second = xml::next_element(definition.root))
        definition.warn(second, "", "the primary instance holds more than one element; only the first counts");
}

void read_header(Definition &definition)
{
    Form &form = definition.form;
    form.id = unless_empty(xml::attribute(definition.root, "id"));
    form.version = xml::attribute(definition.root, "version");
    if (!form.id) definition.warn(definition.root, "", "the root of the primary instance has no id");
    if (const xmlNode *const title = child_named(definition.head, "title"))
        form.title = unless_empty(xml::text_content(title));
    if (const xmlNode *const submission = child_named(definition.model, "submission")) {
        for (const xmlAttr *a = submission->properties; a; a = a->next)
            form.submission.emplace_back(xml::name_of(a), xml::value_of(a));
        form.public_key = unless_empty(xml::attribute(submission, "base64RsaPublicKey"));
    }
    form.entities_version = xml::attribute(definition.model, "entities-version");
    form.xforms_version = xml::attribute(definition.model, "xforms-version");
}

Result<Form, FormFault> parse_form(std::string_view text)
{
    const std::size_t margin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    const int above = static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(margin), '\n'));
    const auto document = xml::parse(text.substr(margin));
    if (!document.ok()) {
        using Kind = xml::ParseFault::Kind;
        const xml::ParseFault &fault = document.fault();
        if (fault.kind == Kind::ill_formed)
            return FormFault{FormFault::Kind::ill_formed, fault.line + above, "the XML is not well-formed",
                             fault.message};
        return FormFault{fault.kind == Kind::doctype ? FormFault::Kind::ill_formed : FormFault::Kind::too_large,
                         fault.line + above,
                         fault.message,
                         {}};
    }
    Form form;
    try {
        Definition definition(form);
        read_outline(definition, document.value().get());
        read_header(definition);
        read_controls(definition);
        read_nodes(definition);
        form.index();
        read_texts(definition);
        read_attachments(definition);
        read_entities(definition);
    } catch (FormFault &fault) {
        fault.line += above;
        return std::move(fault);
    }
    for (Node &node : form.nodes) {
        node.line += above;
        if (node.itemset) node.itemset->line += above;
    }
    for (Bind &bind : form.binds) bind.line += above;
    for (Warning &warning : form.warnings) warning.line += above;
    return form;
}

}  // namespace quire::forms
