// src/core/logic/document.hpp: an XML document as XPath sees it, in one array in the order of the document.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/logic/arena.hpp"
#include "core/logic/child_index.hpp"
#include "core/logic/names.hpp"
#include "core/support/poll.hpp"
#include "core/xml/scanner.hpp"

namespace quire::logic {

struct Node {
    enum class Kind : std::uint8_t { document, element, attribute, text, comment, instruction };

    Kind kind = Kind::element;
    // An element that the form has and the submission leaves out, as it does with what is not relevant.
    bool absent = false;
    // Of an element: all of its text is `text`.
    bool plain = true;
    std::uint32_t name = Names::other;   // without prefix; of an instruction, its target
    std::uint32_t space = Names::other;  // the namespace
    std::uint32_t parent = 0;
    // Siblings, 0 when there is none. Attributes of an element stand right behind it, and are no siblings of anyone.
    std::uint32_t first_child = 0, last_child = 0, next = 0, previous = 0;
    std::uint32_t namesake = 0;  // of an element: the next sibling of its name (without prefix), when the name is known
    std::uint32_t end = 0;       // one past the last node inside it
    std::uint32_t form = 0;  // of a submission's element: the node of the form that it answers, 0 for none or the root
    std::string_view tag;    // the name as written
    std::string_view text;
};

// Node 0 is the document itself. Texts are views into the text that was read, or into the document.
class Document {
public:
    static constexpr std::uint32_t root = 0;

    Document() { clear(); }

    const Node &operator[](std::uint32_t node) const { return nodes_[node]; }
    Node &operator[](std::uint32_t node) { return nodes_[node]; }
    std::uint32_t size() const { return static_cast<std::uint32_t>(nodes_.size()); }
    std::uint32_t root_element() const;
    std::uint32_t first_attribute(std::uint32_t element) const;
    // The attribute of this name (without prefix) that has no prefix; 0 when there is none.
    std::uint32_t attribute(std::uint32_t element, std::string_view tag) const;
    // The first child element of this name, or the next sibling of it; 0 when there is none.
    std::uint32_t child(std::uint32_t parent, std::string_view local_name) const;
    std::uint32_t next(std::uint32_t sibling, std::string_view local_name) const;

    // The first child element of a name that is known; the others are its namesakes.
    std::uint32_t first_named(std::uint32_t parent, std::uint32_t name) const { return children_.first(parent, name); }

    // The string-value of XPath; gathered in `scratch` where it is not in one piece.
    std::string_view text_of(std::uint32_t node, Arena &scratch) const;

    // The prefixes that the document declares, each as it is declared first.
    const std::vector<std::pair<std::string_view, std::string>> &prefixes() const { return prefixes_; }
    void declare(std::string_view prefix, std::string uri);

    std::size_t bytes() const { return nodes_.capacity() * sizeof(Node) + children_.bytes() + texts_.used(); }

    // Building: nodes come in the order of the document.
    void clear();
    std::uint32_t open(std::uint32_t parent, const Node &element);
    void close(std::uint32_t element);
    std::uint32_t add_attribute(std::uint32_t element, const Node &attribute);
    void add_text(std::uint32_t parent, std::string_view text);
    std::uint32_t add_leaf(std::uint32_t parent, const Node &node);  // a text, a comment, an instruction
    Arena &texts() { return texts_; }
    // Replaces all that is in an element by a text, which is copied.
    void set_text(std::uint32_t element, std::string_view text);

private:
    void link(std::uint32_t parent, std::uint32_t child);

    std::vector<Node> nodes_;
    ChildIndex children_;
    Arena texts_;
    std::vector<std::pair<std::string_view, std::string>> prefixes_;
};

struct Reading {
    bool keep_blank_text = true;  // white space between elements, too
    xml::Doctype doctype = xml::Doctype::refused;
};

// Reads a whole XML text, which must outlive the document, namespaces included; its names become known. Nothing when
// it was a document.
std::optional<xml::ScanFault> read_document(std::string_view text, Names &names, Document &document, Reading reading,
                                            Poll poll);
// The same for a document whose names count only as far as something asks for them.
std::optional<xml::ScanFault> read_known(std::string_view text, const Names &names, Document &document, Reading reading,
                                         Poll poll);

}  // namespace quire::logic
