// src/core/xml/scanner.hpp: one pass over an XML text that checks it in full and hands out its parts without copies.
//
// A document tree costs more to build than a submission costs to read, and no parser that is faster than a tree checks
// well-formedness; so this one reads what submissions are made of as fast as they can be checked. What it accepts and
// refuses is what libxml2 does, its oracle in test/fuzz, but for two mercies: white space before the XML declaration is
// skipped, and namespaces are not resolved.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "core/support/poll.hpp"
#include "core/xml/characters.hpp"

namespace quire::xml {

// Elements may be nested this deep, as in libxml2, which calls it 256.
inline constexpr std::size_t max_depth = 257;

// Why a text is no XML document: in own words, and where.
struct ScanFault {
    enum class Kind { ill_formed, doctype };
    Kind kind = Kind::ill_formed;
    std::size_t at = 0;  // byte
    const char *message = "";
};

// The line that a byte stands in, from 1.
int line_at(std::string_view text, std::size_t at);

// An element's start tag as it was written; views into the document.
struct Tag {
    std::string_view name;        // with its prefix
    std::string_view attributes;  // what stands between the name and the end of the tag; checked
    std::size_t local = 0;        // where the name without prefix starts

    std::string_view local_name() const { return name.substr(local); }
};

// How a piece of text is to be read.
enum class Piece { plain, escaped, cdata };

// The text that a piece stands for: references resolved, line ends as XML has them.
void append_decoded(std::string &text, std::string_view raw, Piece piece);
// The value of an attribute, as append_decoded() and with white space made blanks.
std::string decode_attribute(std::string_view raw);

// The attributes of a tag that a scanner has checked, one after the other, in the order of the document.
class Attributes {
public:
    explicit Attributes(const Tag &tag) : rest_(tag.attributes) {}

    // False when there are no more.
    bool next();
    std::string_view name() const { return name_; }
    std::string_view local_name() const;
    std::string_view raw_value() const { return value_; }
    std::string value() const { return decode_attribute(value_); }

private:
    std::string_view rest_, name_, value_;
};

// The value of the first attribute of exactly this name.
std::optional<std::string> attribute(const Tag &tag, std::string_view name);

// What becomes of a document type declaration: most readers refuse it; who only looks at a document may pass over one
// that names a DTD, which is not read. One that declares anything itself is always refused.
enum class Doctype : bool { refused, passed_over };

namespace detail {

// The parts of a document that are rare enough not to be inlined. Each takes the place it starts at and gives back the
// first byte after it, or null and a fault.
class Checks {
public:
    Checks(std::string_view text, Doctype doctype)
        : begin_(text.data()), end_(text.data() + text.size()), doctype_(doctype)
    {
    }

protected:
    const char *fail(const char *at, const char *message, ScanFault::Kind kind = ScanFault::Kind::ill_formed);
    const char *prolog();
    // White space, comments and processing instructions before and after the root.
    const char *misc(const char *p);
    const char *comment(const char *p);
    const char *instruction(const char *p);
    const char *doctype(const char *p);
    const char *cdata(const char *p);
    const char *reference(const char *p);
    // Up to `closer`, or the slash of an empty element.
    const char *attributes(const char *p, char closer);
    // A byte outside the common ones, inside text.
    const char *rare_character(const char *p);
    // From a byte inside a name that is not ASCII.
    const char *rest_of_name(const char *p, const char *start);

    bool starts(const char *p, std::string_view with) const
    {
        return static_cast<std::size_t>(end_ - p) >= with.size() && std::memcmp(p, with.data(), with.size()) == 0;
    }
    const char *skip_space(const char *p) const
    {
        while (p != end_ && is_xml_space(*p)) ++p;
        return p;
    }
    // The end of the name that starts here; null when none does. Sets colon_ to its first colon after a prefix.
    const char *name(const char *p)
    {
        const char *const start = p;
        colon_ = nullptr;
        if (p == end_ || !(class_of(*p) & name_start)) return rest_of_name(p, start);
        for (++p;; ++p) {
            while (p != end_ && (class_of(*p) & name_char)) ++p;
            if (p == end_ || *p != ':') break;
            if (!colon_) colon_ = p;
        }
        return p != end_ && static_cast<unsigned char>(*p) >= 0x80 ? rest_of_name(p, start) : p;
    }
    // Where the part after the prefix starts in a name that name() has just read.
    std::size_t local_part(const char *start, const char *stop) const
    {
        return colon_ && colon_ + 1 != stop ? static_cast<std::size_t>(colon_ + 1 - start) : 0;
    }

    const char *begin_;
    const char *end_;
    const Doctype doctype_;
    const char *colon_ = nullptr;
    ScanFault fault_;
};

}  // namespace detail

// Tells `Handler` what the document holds, in its order:
//     void open(const Tag &)    an element starts
//     void text(std::string_view raw, Piece)    a piece of its text; never outside the root
//     void close()              the innermost open element ends
// and, where it has such functions, of what stands inside the root:
//     void comment(std::string_view text)
//     void instruction(std::string_view target, std::string_view text)
// All of it is said before a fault is found; who must not act on half a document waits for the end.
template <class Handler>
class Scanner : detail::Checks {
public:
    // `text` is valid UTF-8 and outlives the scanner.
    Scanner(std::string_view text, Handler &handler, Poll poll, Doctype doctype = Doctype::refused)
        : Checks(text, doctype), handler_(handler), poll_(poll)
    {
    }

    // Nothing when the text is a document.
    std::optional<ScanFault> run()
    {
        const char *p = prolog();
        if (!p || !(p = element(p)) || !(p = misc(p))) return fault_;
        if (p != end_) {
            fail(p, "there is something after the root element");
            return fault_;
        }
        return std::nullopt;
    }

private:
    static constexpr std::size_t steps_between_polls = 4096;

    // The root element and all that is in it.
    const char *element(const char *p)
    {
        if (p == end_ || *p != '<') return fail(p, "there is no root element");
        p = start_tag(p);  // nothing else may come first, least of all what acts on an open element
        while (p && depth_ > 0) {
            if (p == end_) return fail(p, "the document ends before its root element does");
            p = *p != '<'                     ? text(p)
                : p + 1 == end_               ? fail(p, "the document ends inside a tag")
                : p[1] == '/'                 ? end_tag(p)
                : class_of(p[1]) & name_start ? start_tag(p)
                                              : other(p);
            if (++steps_ % steps_between_polls == 0) poll_();
        }
        return p;
    }

    const char *start_tag(const char *p)
    {
        const char *const start = p + 1;
        const char *const stop = name(start);
        if (!stop) return nullptr;
        const std::string_view tag_name(start, static_cast<std::size_t>(stop - start));
        Tag tag{tag_name, {}, local_part(start, stop)};
        p = stop;
        if (p != end_ && *p != '>') {
            p = attributes(p, '>');
            if (!p) return nullptr;
            tag.attributes = {stop, static_cast<std::size_t>(p - stop)};
        }
        if (p == end_) return fail(p, "the document ends inside a tag");
        const bool empty = *p == '/';
        if (depth_ == max_depth) return fail(start, "elements are nested too deep");
        handler_.open(tag);
        if (empty) {
            handler_.close();
            return p + 2;
        }
        open_[depth_++] = {tag_name.data(), tag_name.size()};
        return p + 1;
    }

    const char *end_tag(const char *p)
    {
        if (depth_ == 0) return fail(p, "there is no root element");
        const OpenName open = open_[depth_ - 1];
        if (static_cast<std::size_t>(end_ - p) < open.size + 3 || !same_bytes(p + 2, open.data, open.size))
            return fail(p, "an end tag does not match the element that is open");
        p += 2 + open.size;
        if (*p != '>') {
            p = skip_space(p);
            if (p == end_ || *p != '>') return fail(p, "an end tag does not match the element that is open");
        }
        --depth_;
        handler_.close();
        return p + 1;
    }

    const char *text(const char *p)
    {
        const char *const start = p;
        Piece piece = Piece::plain;
        for (;;) {
            p = skip_plain(p, end_);
            if (p == end_ || *p == '<') break;
            if (*p == '&' || *p == '\r') piece = Piece::escaped;
            p = *p == '&' ? reference(p) : rare_character(p);
            if (!p) return nullptr;
        }
        handler_.text({start, static_cast<std::size_t>(p - start)}, piece);
        return p;
    }

    // What starts with '<' and is no common tag.
    const char *other(const char *p)
    {
        if (p[1] == '?') return told_instruction(p);
        if (starts(p, "<!--")) return told_comment(p);
        if (!starts(p, "<![CDATA[")) return static_cast<unsigned char>(p[1]) >= 0x80 ? start_tag(p) : bad_tag(p);
        const char *const start = p + 9;
        p = cdata(p);
        if (p) handler_.text({start, static_cast<std::size_t>(p - start) - 3}, Piece::cdata);
        return p;
    }

    const char *told_comment(const char *p)
    {
        const char *const stop = comment(p);
        if constexpr (requires { handler_.comment(std::string_view()); })
            if (stop) handler_.comment({p + 4, static_cast<std::size_t>(stop - p) - 7});
        return stop;
    }

    const char *told_instruction(const char *p)
    {
        const char *const stop = instruction(p);
        if constexpr (requires { handler_.instruction(std::string_view(), std::string_view()); }) {
            if (stop) {
                const char *const target_end = name(p + 2);
                const char *const text = std::min(skip_space(target_end), stop - 2);
                handler_.instruction({p + 2, static_cast<std::size_t>(target_end - p) - 2},
                                     {text, static_cast<std::size_t>(stop - 2 - text)});
            }
        }
        return stop;
    }

    const char *bad_tag(const char *p) { return fail(p, "a tag has no name"); }

    Handler &handler_;
    Poll poll_;
    std::size_t steps_ = 0;
    std::size_t depth_ = 0;
    struct OpenName {  // a string_view that is not set to nothing first
        const char *data;
        std::size_t size;
    };
    std::array<OpenName, max_depth> open_;
};

template <class Handler>
std::optional<ScanFault> scan(std::string_view text, Handler &handler, Poll poll, Doctype doctype = Doctype::refused)
{
    return Scanner<Handler>(text, handler, poll, doctype).run();
}

}  // namespace quire::xml
