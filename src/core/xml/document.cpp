// src/core/xml/document.cpp: one parser context per document, its handlers on the context alone.
#include "core/xml/document.hpp"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <new>

#include "core/support/tripwire.hpp"

namespace quire::xml {
namespace {

#if LIBXML_VERSION >= 21200
using ErrorView = const xmlError *;
#else
using ErrorView = xmlError *;
#endif

struct FreeContext {
    void operator()(xmlParserCtxt *context) const noexcept { xmlFreeParserCtxt(context); }
};

// What the handlers saw. They run inside libxml2's C frames, so they neither throw nor allocate.
struct Witness {
    bool doctype = false;
    bool failed = false;
    bool out_of_memory = false;
    int line = 0;
    char message[256] = "";
};

void record(Witness &seen, ErrorView error) noexcept
{
    // Lesser errors, such as a namespace that is no URI, leave a document well-formed.
    if (!error || error->level < XML_ERR_FATAL || seen.failed) return;
    seen.failed = true;
    seen.out_of_memory = error->code == XML_ERR_NO_MEMORY;
    seen.line = error->line;
    if (!error->message) return;
    const std::string_view text = error->message;
    std::size_t length = std::min(text.find('\n'), std::min(text.size(), sizeof seen.message - 1));
    while (length < text.size() && length > 0 && (text[length] & 0xC0) == 0x80) --length;
    text.copy(seen.message, length);
    seen.message[length] = '\0';
}

#if LIBXML_VERSION >= 21300
void on_error(void *seen, ErrorView error) noexcept
{
    record(*static_cast<Witness *>(seen), error);
}
#else
void on_error(void *context, ErrorView error) noexcept
{
    record(*static_cast<Witness *>(static_cast<xmlParserCtxt *>(context)->_private), error);
}
#endif

void on_doctype(void *parser, const xmlChar *, const xmlChar *, const xmlChar *) noexcept
{
    auto *context = static_cast<xmlParserCtxt *>(parser);
    auto *seen = static_cast<Witness *>(context->_private);
    seen->doctype = true;
    if (context->input) seen->line = context->input->line;
    xmlStopParser(context);
}

}  // namespace

Result<Document, ParseFault> parse(std::string_view utf8)
{
    using Kind = ParseFault::Kind;
    if (utf8.size() > max_document_bytes) return ParseFault{Kind::too_large, 0, "the document is larger than 1 GiB"};
    if (utf8.empty()) return ParseFault{Kind::ill_formed, 1, "the document is empty"};
    // libxml2 takes a NUL for the end of the text.
    if (const auto nul = utf8.find('\0'); nul != std::string_view::npos)
        return ParseFault{Kind::ill_formed, 1 + static_cast<int>(std::count(utf8.begin(), utf8.begin() + nul, '\n')),
                          "a NUL character is not allowed"};

    const std::unique_ptr<xmlParserCtxt, FreeContext> context(xmlNewParserCtxt());
    if (!context) throw std::bad_alloc();
    Witness seen;
    context->_private = &seen;
#if LIBXML_VERSION >= 21300
    xmlCtxtSetErrorHandler(context.get(), on_error, &seen);
#else
    context->sax->serror = reinterpret_cast<xmlStructuredErrorFunc>(on_error);
#endif
    context->sax->internalSubset = on_doctype;

    Document document(xmlCtxtReadMemory(context.get(), utf8.data(), static_cast<int>(utf8.size()), nullptr, "UTF-8",
                                        XML_PARSE_NONET | XML_PARSE_COMPACT | XML_PARSE_IGNORE_ENC));
    // The flag comes first: after a refused DOCTYPE, libxml2 2.9 still hands out an empty document.
    if (seen.doctype) return ParseFault{Kind::doctype, seen.line, "a document type declaration is not accepted"};
    // Without memory libxml2 may fail and report nothing, or not here.
    if (seen.out_of_memory || context->errNo == XML_ERR_NO_MEMORY || (!document && !seen.failed))
        throw std::bad_alloc();
    if (seen.failed || !context->wellFormed) return ParseFault{Kind::ill_formed, seen.line, seen.message};
    return document;
}

}  // namespace quire::xml
