// test/fuzz/scanner_fuzz.cpp: the scanner takes the documents that libxml2 takes, and sees the same in them.
#include <string>
#include <string_view>

#include "core/xml/document.hpp"
#include "core/xml/elements.hpp"
#include "core/xml/scanner.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/utf8.hpp"

namespace {

using quire::fuzz::must;

// What a document holds, written down alike by both readers: elements, attributes and texts, with NUL between them,
// which no document holds.
class Account {
public:
    void open(std::string_view name)
    {
        text_open_ = false;
        add('<', name);
    }
    void attribute(std::string_view name, std::string_view value)
    {
        add('@', name);
        add('=', value);
    }
    void close()
    {
        text_open_ = false;
        add('>', {});
    }
    // Pieces of one text come together.
    void text(std::string_view piece)
    {
        if (piece.empty()) return;
        if (text_open_) {
            said_.insert(said_.size() - 1, piece);
        } else {
            add('"', piece);
            text_open_ = true;
        }
    }
    bool operator==(const Account &other) const { return said_ == other.said_; }

private:
    void add(char kind, std::string_view what)
    {
        said_ += kind;
        said_.append(what) += '\0';
    }

    std::string said_;
    bool text_open_ = false;
};

// libxml2 resolves these, and keeps them elsewhere or drops them.
bool declares_namespace(std::string_view name)
{
    return name == "xmlns" || name.starts_with("xmlns:");
}

// libxml2 reads a name by its colons, and stops at the second if what follows could not start a name: "a:b:9" is one to
// XML 1.0, but not to libxml2. No name that is right about namespaces holds two.
bool stops_at_colon(std::string_view name)
{
    const std::size_t first = name.find(':');
    const std::size_t second = first == name.npos ? first : name.find(':', first + 1);
    if (first == 0 || second == name.npos || second == first + 1 || second + 1 == name.size()) return false;
    const auto may_start = [&](std::size_t at) {
        std::size_t length = 0;
        return quire::xml::is_name_start(quire::decode_utf8(name.substr(at), length));
    };
    return may_start(first + 1) && !may_start(second + 1);
}

class Witness {
public:
    explicit Witness(std::string_view document) : document_(document) {}

    void open(const quire::xml::Tag &tag)
    {
        must(is_inside(tag.name) && !tag.name.empty() && tag.local < tag.name.size(), "a name is in the document");
        account.open(tag.name);
        beyond_libxml2 |= stops_at_colon(tag.name);
        for (quire::xml::Attributes all(tag); all.next();) {
            must(is_inside(all.name()) && is_inside(all.raw_value()), "an attribute is in the document");
            must(all.name().ends_with(all.local_name()), "a local name is the end of a name");
            if (!declares_namespace(all.name())) account.attribute(all.name(), all.value());
            beyond_libxml2 |= stops_at_colon(all.name());
        }
        must(++depth_ <= quire::xml::max_depth, "depth is limited");
    }
    void text(std::string_view raw, quire::xml::Piece piece)
    {
        must(depth_ > 0, "text is inside the root");
        must(is_inside(raw), "a text is in the document");
        std::string decoded;
        quire::xml::append_decoded(decoded, raw, piece);
        must(piece != quire::xml::Piece::plain || decoded == raw, "a plain text stands for itself");
        account.text(decoded);
    }
    void close()
    {
        must(depth_-- > 0, "what closes was open");
        account.close();
    }

    Account account;
    bool beyond_libxml2 = false;

private:
    bool is_inside(std::string_view part) const
    {
        return part.data() >= document_.data() && part.data() + part.size() <= document_.data() + document_.size();
    }

    std::string_view document_;
    std::size_t depth_ = 0;
};

void tell(const xmlNode *element, Account &account)
{
    namespace xml = quire::xml;
    account.open(xml::tag_of(element));
    for (const xmlAttr *a = element->properties; a; a = a->next) {
        std::string name;
        if (a->ns && a->ns->prefix) name.append(xml::view(a->ns->prefix)) += ':';
        name += xml::view(a->name);
        if (!declares_namespace(name)) account.attribute(name, xml::value_of(a));
    }
    for (const xmlNode *child = element->children; child; child = child->next) {
        if (child->type == XML_ELEMENT_NODE) tell(child, account);
        if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE)
            account.text(xml::view(child->content));
    }
    account.close();
}

// The scanner's one mercy of well-formedness: white space before the XML declaration.
std::string_view without_margin(std::string_view text)
{
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    const std::size_t start = text.find_first_not_of(" \t\r\n", text.starts_with(mark) ? mark.size() : 0);
    return start != text.npos && text[start] == '<' ? text.substr(start) : text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text = quire::fuzz::text(data, size);
    // libxml2 takes no name above 50,000 bytes and no text above 10 MB; the scanner, which copies neither, does.
    constexpr std::size_t most = 50'000;
    if (text.size() > most || !quire::fuzz::is_database_text(text)) return 0;

    Witness witness(text);
    const auto fault = quire::xml::scan(text, witness, quire::never);
    if (fault) {
        must(fault->at <= text.size() && *fault->message, "a fault has a place and words");
        const int line = quire::xml::line_at(text, fault->at);
        must(line >= 1 && static_cast<std::size_t>(line) <= text.size() + 1, "a fault has a line");
    }

    const auto document = quire::xml::parse(without_margin(text));
    if (witness.beyond_libxml2) return 0;
    must(document.ok() || fault, "what libxml2 refuses is refused");
    must(!document.ok() || !fault, "what libxml2 takes is taken");
    if (fault) return 0;

    Account account;
    tell(xmlDocGetRootElement(document.value().get()), account);
    must(account == witness.account, "both see the same in a document");
    return 0;
}
