// src/core/xml/document.hpp: strict, safe reading of XML with libxml2, beside a host that uses libxml2 itself.
#pragma once
#include <libxml/tree.h>

#include <cstddef>
#include <memory>
#include <string_view>

#include "core/support/result.hpp"

namespace quire::xml {

// Why a text is no document that quire reads.
struct ParseFault {
    enum class Kind { ill_formed, doctype, too_large };
    Kind kind = Kind::ill_formed;
    int line = 0;
    // libxml2's own words, which differ between its versions: for people, never for programs or expected outputs.
    std::string message;
};

struct FreeDocument {
    void operator()(xmlDoc *document) const noexcept { xmlFreeDoc(document); }
};
using Document = std::unique_ptr<xmlDoc, FreeDocument>;

// libxml2 counts bytes in int.
inline constexpr std::size_t max_document_bytes = 1u << 30;

// Reads UTF-8, whatever the XML declaration says of the encoding. No document type declaration is accepted, hence no
// entity but the five of XML; nothing is fetched; depth and text sizes are those of libxml2 without its HUGE option.
// Every handler and option belongs to this call: none that libxml2 keeps globally is read, set or torn down. Throws
// std::bad_alloc.
Result<Document, ParseFault> parse(std::string_view utf8);

}  // namespace quire::xml
