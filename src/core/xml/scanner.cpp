// src/core/xml/scanner.cpp: the rarer parts of a document, and what texts stand for.
#include "core/xml/scanner.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/support/ascii.hpp"
#include "core/support/utf8.hpp"

#include "core/support/tripwire.hpp"

namespace quire::xml {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

struct Entity {
    std::string_view name;
    char character;
};
constexpr Entity entities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};

// The character that a reference stands for, "#10" or "lt"; 0 when it stands for none.
char32_t character_of(std::string_view reference)
{
    if (reference.empty() || reference[0] != '#') {
        for (const Entity &entity : entities)
            if (entity.name == reference) return static_cast<unsigned char>(entity.character);
        return 0;
    }
    const bool hex = reference.size() > 1 && reference[1] == 'x';
    std::string_view digits = reference.substr(hex ? 2 : 1);
    if (digits.empty()) return 0;
    char32_t c = 0;
    for (const char d : digits) {
        const char lower = to_lower(d);
        if (!is_digit(d) && !(hex && lower >= 'a' && lower <= 'f')) return 0;
        c = c * (hex ? 16 : 10) + static_cast<char32_t>(is_digit(d) ? d - '0' : lower - 'a' + 10);
        if (c > 0x10FFFF) return 0;
    }
    return is_xml_char(c) ? c : 0;
}

struct Range {
    char32_t first, last;
};
// Beyond ASCII; productions [4] and [4a] of XML 1.0, fifth edition.
constexpr Range start_ranges[] = {{0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x2FF},    {0x370, 0x37D},
                                  {0x37F, 0x1FFF},  {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF},
                                  {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF}};
constexpr Range more_ranges[] = {{0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}};

template <std::size_t n>
bool is_in(const Range (&ranges)[n], char32_t c)
{
    return std::any_of(std::begin(ranges), std::end(ranges), [c](Range r) { return c >= r.first && c <= r.last; });
}

// Line ends become line feeds.
void append_lines(std::string &text, std::string_view raw)
{
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '\r')
            text += raw[i];
        else if (i + 1 == raw.size() || raw[i + 1] != '\n')
            text += '\n';
    }
}

// "1.0", or another that is read like it.
bool is_version(std::string_view text)
{
    return text.substr(0, 2) == "1." && std::all_of(text.begin() + 2, text.end(), is_digit);
}

bool is_encoding_name(std::string_view text)
{
    const auto may_follow = [](char c) { return is_alnum(c) || c == '.' || c == '_' || c == '-'; };
    return !text.empty() && is_alnum(text[0]) && !is_digit(text[0]) &&
           std::all_of(text.begin() + 1, text.end(), may_follow);
}

}  // namespace

bool is_name_start(char32_t c)
{
    return c < 0x80 ? (character_classes[c] & name_start) != 0 : is_in(start_ranges, c);
}

bool is_name_char(char32_t c)
{
    return c < 0x80 ? c == ':' || (character_classes[c] & name_char) != 0
                    : is_in(start_ranges, c) || is_in(more_ranges, c);
}

int line_at(std::string_view text, std::size_t at)
{
    const auto before = text.substr(0, at);
    return 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
}

void append_decoded(std::string &text, std::string_view raw, Piece piece)
{
    if (piece == Piece::plain) {
        text += raw;
        return;
    }
    while (!raw.empty()) {
        const std::size_t mark = piece == Piece::cdata ? std::string_view::npos : raw.find('&');
        append_lines(text, raw.substr(0, mark));
        if (mark == std::string_view::npos) return;
        const std::size_t stop = raw.find(';', mark);
        append_utf8(text, character_of(raw.substr(mark + 1, stop - mark - 1)));
        raw.remove_prefix(stop + 1);
    }
}

std::string decode_attribute(std::string_view raw)
{
    std::string value;
    while (!raw.empty()) {
        const std::size_t mark = raw.find('&');
        const std::size_t before = value.size();
        append_lines(value, raw.substr(0, mark));
        std::replace_if(value.begin() + static_cast<std::ptrdiff_t>(before), value.end(), is_xml_space, ' ');
        if (mark == std::string_view::npos) break;
        const std::size_t stop = raw.find(';', mark);
        append_utf8(value, character_of(raw.substr(mark + 1, stop - mark - 1)));
        raw.remove_prefix(stop + 1);
    }
    return value;
}

bool Attributes::next()
{
    const auto skip = [this] {
        while (!rest_.empty() && is_xml_space(rest_.front())) rest_.remove_prefix(1);
    };
    skip();
    if (rest_.empty() || rest_.front() == '/') return false;
    const std::size_t equals = rest_.find('=');
    name_ = rest_.substr(0, equals);
    while (is_xml_space(name_.back())) name_.remove_suffix(1);
    rest_.remove_prefix(equals + 1);
    skip();
    const std::size_t close = rest_.find(rest_.front(), 1);
    value_ = rest_.substr(1, close - 1);
    rest_.remove_prefix(close + 1);
    return true;
}

std::string_view Attributes::local_name() const
{
    return xml::local_name(name_);
}

std::optional<std::string> attribute(const Tag &tag, std::string_view name)
{
    for (Attributes all(tag); all.next();)
        if (all.name() == name) return all.value();
    return std::nullopt;
}

namespace detail {

const char *Checks::fail(const char *at, const char *message, ScanFault::Kind kind)
{
    fault_ = {kind, static_cast<std::size_t>(at - begin_), message};
    return nullptr;
}

const char *Checks::prolog()
{
    const char *p = begin_;
    if (starts(p, byte_order_mark)) p += byte_order_mark.size();
    p = skip_space(p);
    if (p == end_) return fail(p, "the document is empty");
    if (starts(p, "<?xml") && end_ - p > 5 && is_xml_space(p[5])) {
        const char *const stop = p + std::min(std::string_view(p, static_cast<std::size_t>(end_ - p)).find("?>"),
                                              static_cast<std::size_t>(end_ - p));
        if (stop == end_) return fail(p, "the XML declaration does not end");
        Tag declaration{{}, {p + 5, static_cast<std::size_t>(stop - p - 5)}, 0};
        // Its parts are written like attributes; what they say of the encoding is not true of a text in a database.
        const char *const last = attributes(p + 5, '?');
        if (last != stop) return last ? fail(last, "the XML declaration is not well-formed") : nullptr;
        static constexpr std::string_view order[] = {"version", "encoding", "standalone"};
        std::size_t due = 0;
        for (Attributes all(declaration); all.next(); ++due) {
            if (due == 1 && all.name() == order[2]) due = 2;
            if (due > 2 || all.name() != order[due]) return fail(p, "the XML declaration is not well-formed");
            const std::string_view value = all.raw_value();
            if (due == 0 && !is_version(value)) return fail(p, "the version of XML is not known");
            if (due == 1 && !is_encoding_name(value)) return fail(p, "the XML declaration is not well-formed");
            if (due == 2 && value != "yes" && value != "no") return fail(p, "the XML declaration is not well-formed");
        }
        if (due == 0) return fail(p, "the XML declaration is not well-formed");
        p = stop + 2;
    }
    return misc(p);
}

const char *Checks::misc(const char *p)
{
    for (;;) {
        p = skip_space(p);
        if (starts(p, "<!--"))
            p = comment(p);
        else if (starts(p, "<?"))
            p = instruction(p);
        else if (starts(p, "<!DOCTYPE"))
            p = doctype(p);
        else
            return p;
        if (!p) return nullptr;
    }
}

const char *Checks::doctype(const char *p)
{
    if (doctype_ == Doctype::passed_over) {
        char quote = '\0';
        for (const char *q = p + 9; q != end_ && (quote || *q != '['); ++q) {
            if (*q == '>' && !quote) return q + 1;
            if (*q == quote)
                quote = '\0';
            else if (!quote && (*q == '"' || *q == '\''))
                quote = *q;
        }
    }
    return fail(p, "a document type declaration is not accepted", ScanFault::Kind::doctype);
}

const char *Checks::comment(const char *p)
{
    for (const char *q = p + 4; q != end_;) {
        if (starts(q, "--")) return starts(q, "-->") ? q + 3 : fail(q, "a comment may not hold two hyphens in a row");
        q = *q == '<' || *q == '&' || *q == ']' ? q + 1 : rare_character(q);
        if (!q) return nullptr;
    }
    return fail(p, "a comment does not end");
}

const char *Checks::instruction(const char *p)
{
    const char *const target = p + 2;
    const char *q = name(target);
    if (!q) return nullptr;
    const std::string_view said(target, static_cast<std::size_t>(q - target));
    if (said.size() == 3 && to_lower(said[0]) == 'x' && to_lower(said[1]) == 'm' && to_lower(said[2]) == 'l')
        return fail(p, "an XML declaration may only stand at the start");
    if (!starts(q, "?>") && (q == end_ || !is_xml_space(*q)))
        return fail(q, "a processing instruction is not well-formed");
    while (q != end_) {
        if (starts(q, "?>")) return q + 2;
        q = *q == '<' || *q == '&' || *q == ']' ? q + 1 : rare_character(q);
        if (!q) return nullptr;
    }
    return fail(p, "a processing instruction does not end");
}

const char *Checks::cdata(const char *p)
{
    for (const char *q = p + 9; q != end_;) {
        if (starts(q, "]]>")) return q + 3;
        q = *q == '<' || *q == '&' || *q == ']' ? q + 1 : rare_character(q);
        if (!q) return nullptr;
    }
    return fail(p, "a CDATA section does not end");
}

const char *Checks::reference(const char *p)
{
    const char *q = p + 1;
    while (q != end_ && (is_alnum(*q) || *q == '#')) ++q;
    if (q == end_ || *q != ';' || character_of({p + 1, static_cast<std::size_t>(q - p - 1)}) == 0)
        return fail(p, "an & starts no reference to a character; a plain & is written &amp;");
    return q + 1;
}

const char *Checks::attributes(const char *p, char closer)
{
    std::array<std::string_view, 8> few;
    std::vector<std::string_view> many;
    std::size_t count = 0;
    for (;;) {
        const char *const before = p;
        p = skip_space(p);
        if (p == end_) return fail(p, "the document ends inside a tag");
        if (*p == closer) break;
        if (*p == '/' && starts(p, "/>") && closer == '>') break;
        if (p == before) return fail(p, "there is no space before an attribute");
        const char *const start = p;
        p = name(p);
        if (!p) return nullptr;
        const std::string_view said(start, static_cast<std::size_t>(p - start));
        if (count < few.size()) {
            for (std::size_t i = 0; i < count; ++i)
                if (few[i] == said) return fail(start, "an attribute is given twice");
            few[count] = said;
        } else {
            if (count == few.size()) many.assign(few.begin(), few.end());
            many.push_back(said);
        }
        ++count;

        p = skip_space(p);
        if (p == end_ || *p != '=') return fail(p, "an attribute has no value");
        p = skip_space(p + 1);
        if (p == end_ || (*p != '"' && *p != '\'')) return fail(p, "the value of an attribute is not quoted");
        const char quote = *p++;
        while (p != end_ && *p != quote) {
            if (*p == '<') return fail(p, "the value of an attribute holds a <");
            p = *p == '&' ? reference(p) : *p == ']' ? p + 1 : rare_character(p);
            if (!p) return nullptr;
        }
        if (p == end_) return fail(p, "the document ends inside a tag");
        ++p;
    }
    std::sort(many.begin(), many.end());
    if (std::adjacent_find(many.begin(), many.end()) != many.end()) return fail(p, "an attribute is given twice");
    return p;
}

const char *Checks::rare_character(const char *p)
{
    if (class_of(*p) & plain_text || *p == '\r') return p + 1;
    if (*p == ']') return starts(p, "]]>") ? fail(p, "]]> may not stand in text") : p + 1;
    // U+FFFE and U+FFFF: the only ones beyond the controls that are no characters of XML.
    if (*p == '\xEF' && !starts(p, "\xEF\xBF\xBE") && !starts(p, "\xEF\xBF\xBF")) return p + 1;
    return fail(p, "there is a character that XML does not allow");
}

const char *Checks::rest_of_name(const char *p, const char *start)
{
    while (p != end_) {
        std::size_t length = 0;
        const char32_t c = decode_utf8({p, static_cast<std::size_t>(end_ - p)}, length);
        if (!(p == start ? is_name_start(c) : is_name_char(c))) break;
        if (c == ':' && p != start && !colon_) colon_ = p;
        p += length;
    }
    return p == start ? fail(p, "a name is missing or starts with a character that no name may start with") : p;
}

}  // namespace detail
}  // namespace quire::xml
