// src/core/forms/definition.hpp: the parts of reading a form, which parse_form() puts together.
#pragma once
#include <libxml/tree.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/forms/form.hpp"

namespace quire::forms {

// Why a text is no form that quire takes; thrown inside the reading of a form only.
struct FormFault {
    enum class Kind { ill_formed, too_large, not_a_form };
    Kind kind = Kind::not_a_form;
    int line = 0;
    std::string message;  // in own words, for a message; a sentence without capital and full stop
    std::string detail;   // in the parser's words, for people; may be empty
};

// A body element that names a node: a question, a group, a repeat.
struct Control {
    const xmlNode *element;
    std::string name;  // of the element, without prefix
    std::string path;  // of the node it names, as Node::path; empty when it names none
};

// A document on its way to be a form.
struct Definition {
    explicit Definition(Form &made) : form(made) {}

    Form &form;
    const xmlNode *head = nullptr, *model = nullptr, *body = nullptr;  // body may be null
    const xmlNode *root = nullptr;                                     // the primary instance's root element
    std::vector<Control> controls;                                     // in the order of the document
    std::vector<const xmlNode *> elements;                             // of the primary instance, for each node

    void warn(const xmlNode *at, std::string path, std::string message, std::string expression = {})
    {
        form.warnings.push_back(
            {at ? static_cast<int>(xmlGetLineNo(at)) : 0, std::move(path), std::move(expression), std::move(message)});
    }
};

// Finds the parts of the document; throws FormFault when one is missing.
void read_outline(Definition &definition, const xmlDoc *document);
// Title, id, version, submission element.
void read_header(Definition &definition);
// The body's controls, each with the node it names.
void read_controls(Definition &definition);
// The nodes, typed by binds and controls; throws FormFault when two have one path.
void read_nodes(Definition &definition);
// Languages, and the labels, hints and choices of the nodes; and the binds, which have texts too.
void read_texts(Definition &definition);
// The files that the form expects.
void read_attachments(Definition &definition);
// The entities that the form declares; what is wrong with them is told by datasets_of() in entities.hpp.
void read_entities(Definition &definition);

// Without its prefixes, component by component: "/data/orx:meta" is "/data/meta".
std::string strip_prefixes(std::string_view path);

}  // namespace quire::forms
