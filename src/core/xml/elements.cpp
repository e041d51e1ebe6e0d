// src/core/xml/elements.cpp: names, attributes and texts of a libxml2 document.
#include "core/xml/elements.hpp"

#include <memory>
#include <new>

#include "core/support/tripwire.hpp"

namespace quire::xml {
namespace {

struct FreeText {
    void operator()(xmlChar *text) const noexcept { xmlFree(text); }
};

std::string taken(xmlChar *text)
{
    if (!text) throw std::bad_alloc();
    const std::unique_ptr<xmlChar, FreeText> held(text);
    return std::string(view(text));
}

const xmlNode *element_from(const xmlNode *node)
{
    while (node && node->type != XML_ELEMENT_NODE) node = node->next;
    return node;
}

}  // namespace

std::string tag_of(const xmlNode *element)
{
    std::string tag;
    if (element->ns && element->ns->prefix) tag.append(view(element->ns->prefix)) += ':';
    return tag.append(view(element->name));
}

const xmlNode *first_element(const xmlNode *parent)
{
    return element_from(parent->children);
}

const xmlNode *next_element(const xmlNode *element)
{
    return element_from(element->next);
}

const xmlNode *child_named(const xmlNode *parent, std::string_view name)
{
    const xmlNode *child = first_element(parent);
    while (child && name_of(child) != name) child = next_element(child);
    return child;
}

std::string value_of(const xmlAttr *attribute)
{
    if (!attribute->children) return {};
    if (attribute->children->type == XML_TEXT_NODE && !attribute->children->next)
        return std::string(view(attribute->children->content));
    return taken(xmlNodeListGetString(attribute->doc, attribute->children, 1));
}

std::optional<std::string> attribute(const xmlNode *element, std::string_view local)
{
    for (const xmlAttr *a = element->properties; a; a = a->next)
        if (name_of(a) == local) return value_of(a);
    return std::nullopt;
}

std::optional<std::string> plain_attribute(const xmlNode *element, std::string_view name)
{
    for (const xmlAttr *a = element->properties; a; a = a->next)
        if (!a->ns && view(a->name) == name) return value_of(a);
    return std::nullopt;
}

std::string text_content(const xmlNode *element)
{
    return taken(xmlNodeGetContent(element));
}

std::string_view trim(std::string_view text)
{
    while (!text.empty() && is_xml_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_xml_space(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace quire::xml
