// test/fuzz/xml_fuzz.cpp: no text makes the XML reader crash, or gets a document type past it.
#include <algorithm>
#include <string_view>

#include "core/xml/document.hpp"
#include "fuzz/fuzz.hpp"

namespace {

using quire::fuzz::must;

// Does a document type declaration stand where no comment, CDATA section or processing instruction hides it? Asked of
// well-formed texts, in which '<' is markup everywhere else.
bool declares_document_type(std::string_view text)
{
    struct Section {
        std::string_view start, end;
    };
    static constexpr Section hiding[] = {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}};
    while (!text.empty()) {
        std::size_t step = 1;
        for (const auto &[start, end] : hiding)
            if (text.starts_with(start)) step = std::min(text.size(), text.find(end, start.size()));
        if (text.starts_with("<!DOCTYPE")) return true;
        text.remove_prefix(step);
    }
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text = quire::fuzz::text(data, size);
    const auto read = quire::xml::parse(text);
    if (read.ok()) {
        must(xmlDocGetRootElement(read.value().get()) != nullptr, "a document has a root");
        must(read.value()->intSubset == nullptr, "no document has a document type");
        must(!declares_document_type(text), "no text with a document type is a document");
        must(text.find('\0') == text.npos, "no document holds a NUL");
    } else {
        must(read.fault().line >= 0, "a fault has a line");
        if (text.empty()) return 0;
        must(!read.fault().message.empty(), "a fault has words");
    }
    return 0;
}
