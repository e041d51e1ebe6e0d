// src/core/xml/elements.hpp: a libxml2 document read by names without prefixes, as everyone in the field reads XForms.
#pragma once
#include <libxml/tree.h>

#include <optional>
#include <string>
#include <string_view>

#include "core/xml/characters.hpp"

namespace quire::xml {

inline std::string_view view(const xmlChar *text)
{
    return text ? std::string_view(reinterpret_cast<const char *>(text)) : std::string_view();
}

// The name without prefix; libxml2 leaves a prefix that is bound to no namespace in it.
inline std::string_view name_of(const xmlNode *element)
{
    return local_name(view(element->name));
}
inline std::string_view name_of(const xmlAttr *attribute)
{
    return local_name(view(attribute->name));
}

// The name as it was written.
std::string tag_of(const xmlNode *element);

inline int line_of(const xmlNode *node)
{
    return static_cast<int>(xmlGetLineNo(node));
}

const xmlNode *first_element(const xmlNode *parent);
const xmlNode *next_element(const xmlNode *element);
// The first child element of this name (without prefix), or null.
const xmlNode *child_named(const xmlNode *parent, std::string_view name);

// Calls visit(element) for each child element, or for each of this name.
template <class Visit>
void for_each_child(const xmlNode *parent, Visit visit)
{
    for (const xmlNode *child = first_element(parent); child; child = next_element(child)) visit(child);
}
template <class Visit>
void for_each_child(const xmlNode *parent, std::string_view name, Visit visit)
{
    for_each_child(parent, [&](const xmlNode *child) {
        if (name_of(child) == name) visit(child);
    });
}
// Calls visit(element) for each element below `top`, in the order of the document.
template <class Visit>
void for_each_below(const xmlNode *top, Visit visit)
{
    for_each_child(top, [&](const xmlNode *child) {
        visit(child);
        for_each_below(child, visit);
    });
}

// The value of the first attribute with this name, whatever its prefix.
std::optional<std::string> attribute(const xmlNode *element, std::string_view local);
// The value of the attribute without prefix.
std::optional<std::string> plain_attribute(const xmlNode *element, std::string_view name);
std::string value_of(const xmlAttr *attribute);

// All text below an element, in the order of the document.
std::string text_content(const xmlNode *element);

// Without white space at either end.
std::string_view trim(std::string_view text);

}  // namespace quire::xml
