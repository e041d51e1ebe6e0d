// src/core/logic/document.cpp: documents for XPath, built while an XML text is scanned.
#include "core/logic/document.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/support/tripwire.hpp"

namespace quire::logic {

void Document::clear()
{
    nodes_.clear();
    children_.clear();
    texts_.clear();
    prefixes_.clear();
    Node document;
    document.kind = Node::Kind::document;
    document.plain = false;
    document.end = 1;
    nodes_.push_back(document);
}

void Document::declare(std::string_view prefix, std::string uri)
{
    for (const auto &[known, space] : prefixes_)
        if (known == prefix) return;
    prefixes_.emplace_back(prefix, std::move(uri));
}

std::uint32_t Document::root_element() const
{
    for (std::uint32_t node = nodes_[root].first_child; node != 0; node = nodes_[node].next)
        if (nodes_[node].kind == Node::Kind::element) return node;
    return 0;
}

std::uint32_t Document::first_attribute(std::uint32_t element) const
{
    const std::uint32_t node = element + 1;
    const bool exists = node < nodes_.size() && nodes_[node].kind == Node::Kind::attribute &&
                        nodes_[node].parent == element && nodes_[element].kind == Node::Kind::element;
    return exists ? node : 0;
}

std::uint32_t Document::attribute(std::uint32_t element, std::string_view tag) const
{
    for (std::uint32_t node = first_attribute(element);
         node != 0 && node < nodes_.size() && nodes_[node].kind == Node::Kind::attribute; ++node)
        if (nodes_[node].tag == tag) return node;
    return 0;
}

std::uint32_t Document::child(std::uint32_t parent, std::string_view local_name) const
{
    std::uint32_t node = nodes_[parent].first_child;
    while (node != 0 && (nodes_[node].kind != Node::Kind::element || xml::local_name(nodes_[node].tag) != local_name))
        node = nodes_[node].next;
    return node;
}

std::uint32_t Document::next(std::uint32_t sibling, std::string_view local_name) const
{
    std::uint32_t node = nodes_[sibling].next;
    while (node != 0 && (nodes_[node].kind != Node::Kind::element || xml::local_name(nodes_[node].tag) != local_name))
        node = nodes_[node].next;
    return node;
}

std::string_view Document::text_of(std::uint32_t node, Arena &scratch) const
{
    const Node &top = nodes_[node];
    if (top.plain) return top.text;
    std::size_t size = 0;
    for (std::uint32_t i = node + 1; i < top.end; ++i)
        if (nodes_[i].kind == Node::Kind::text) size += nodes_[i].text.size();
    char *const text = scratch.make<char>(std::max<std::size_t>(size, 1));
    char *to = text;
    for (std::uint32_t i = node + 1; i < top.end; ++i)
        if (nodes_[i].kind == Node::Kind::text) to = std::copy(nodes_[i].text.begin(), nodes_[i].text.end(), to);
    return {text, size};
}

void Document::link(std::uint32_t parent, std::uint32_t child)
{
    Node &above = nodes_[parent];
    if (above.last_child == 0) {
        above.first_child = child;
    } else {
        nodes_[above.last_child].next = child;
        nodes_[child].previous = above.last_child;
    }
    above.last_child = child;
}

std::uint32_t Document::open(std::uint32_t parent, const Node &element)
{
    const std::uint32_t node = size();
    nodes_.push_back(element);
    nodes_[node].parent = parent;
    nodes_[node].end = node + 1;
    link(parent, node);
    nodes_[parent].plain = false;
    if (element.name != Names::other) {
        ChildIndex::Entry &named = children_.at(parent, element.name);
        (named.first == 0 ? named.first : nodes_[named.last].namesake) = node;
        named.last = node;
    }
    return node;
}

void Document::close(std::uint32_t element)
{
    nodes_[element].end = size();
}

std::uint32_t Document::add_attribute(std::uint32_t element, const Node &attribute)
{
    const std::uint32_t node = size();
    nodes_.push_back(attribute);
    nodes_[node].kind = Node::Kind::attribute;
    nodes_[node].parent = element;
    nodes_[node].end = node + 1;
    return node;
}

std::uint32_t Document::add_leaf(std::uint32_t parent, const Node &node)
{
    const std::uint32_t added = size();
    nodes_.push_back(node);
    nodes_[added].parent = parent;
    nodes_[added].end = added + 1;
    link(parent, added);
    return added;
}

void Document::add_text(std::uint32_t parent, std::string_view text)
{
    if (text.empty()) return;
    Node node;
    node.kind = Node::Kind::text;
    node.text = text;
    const bool only = nodes_[parent].first_child == 0 && nodes_[parent].kind == Node::Kind::element;
    add_leaf(parent, node);
    nodes_[parent].plain = only;
    nodes_[parent].text = only ? text : std::string_view();
}

void Document::set_text(std::uint32_t element, std::string_view text)
{
    const std::uint32_t child = nodes_[element].first_child;
    const std::string_view kept = texts_.copy(text);
    if (child != 0 && nodes_[child].kind == Node::Kind::text && nodes_[child].next == 0 && !text.empty())
        nodes_[child].text = kept;
    else
        nodes_[element].first_child = nodes_[element].last_child = 0;
    nodes_[element].plain = true;
    nodes_[element].text = kept;
}

namespace {

class DocumentReader {
public:
    // Names that are not known become so in `growing`, when there is one.
    DocumentReader(const Names &names, Names *growing, Document &document, Reading reading)
        : names_(names), growing_(growing), document_(document), reading_(reading)
    {
        scopes_.push_back({"xml", number("http://www.w3.org/XML/1998/namespace"), 0});
    }

    void open(const xml::Tag &tag)
    {
        end_text();
        if (!tag.attributes.empty()) declare(tag);
        Node element;
        element.tag = tag.name;
        element.name = number(tag.local_name());
        element.space = space_of(tag.name, tag.local, true);
        node_ = document_.open(node_, element);
        if (!tag.attributes.empty()) add_attributes(tag);
        ++depth_;
    }

    void text(std::string_view raw, xml::Piece piece)
    {
        has_text_ = true;
        if (piece == xml::Piece::plain && pieces_.empty() && text_.empty()) {
            text_ = raw;
            return;
        }
        if (pieces_.empty()) pieces_.assign(text_);
        xml::append_decoded(pieces_, raw, piece);
        text_ = pieces_;
    }

    void close()
    {
        end_text();
        document_.close(node_);
        node_ = document_[node_].parent;
        --depth_;
        while (scopes_.back().depth > depth_) scopes_.pop_back();
    }

    void comment(std::string_view text)
    {
        end_text();
        Node node;
        node.kind = Node::Kind::comment;
        node.text = text;
        document_.add_leaf(node_, node);
    }

    void instruction(std::string_view target, std::string_view text)
    {
        end_text();
        Node node;
        node.kind = Node::Kind::instruction;
        node.tag = target;
        node.name = number(target);
        node.text = text;
        document_.add_leaf(node_, node);
    }

private:
    struct Scope {  // a prefix, and what it stands for below some depth
        std::string_view prefix;
        std::uint32_t space;
        std::size_t depth;
    };

    std::uint32_t number(std::string_view name) const { return growing_ ? growing_->add(name) : names_.find(name); }

    static std::string_view prefix_of(std::string_view name, std::size_t local)
    {
        return local == 0 ? std::string_view() : name.substr(0, local - 1);
    }

    void declare(const xml::Tag &tag)
    {
        for (xml::Attributes attributes(tag); attributes.next();) {
            const std::string_view name = attributes.name();
            if (name.substr(0, 5) != "xmlns" || (name.size() > 5 && name[5] != ':')) continue;
            const std::string uri = attributes.value();
            const std::string_view prefix = name.size() > 5 ? name.substr(6) : std::string_view();
            scopes_.push_back({prefix, uri.empty() ? Names::other : number(uri), depth_ + 1});
            if (!prefix.empty()) document_.declare(prefix, uri);
        }
    }

    std::uint32_t space_of(std::string_view name, std::size_t local, bool has_default) const
    {
        const std::string_view prefix = prefix_of(name, local);
        if (prefix.empty() && !has_default) return Names::other;
        for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope)
            if (scope->prefix == prefix) return scope->space;
        return Names::other;
    }

    void add_attributes(const xml::Tag &tag)
    {
        for (xml::Attributes attributes(tag); attributes.next();) {
            const std::string_view name = attributes.name();
            if (name.substr(0, 5) == "xmlns" && (name.size() == 5 || name[5] == ':')) continue;
            Node attribute;
            const std::size_t local = xml::local_start(name);
            attribute.tag = name;
            attribute.name = number(name.substr(local));
            attribute.space = space_of(name, local, false);
            const std::string_view raw = attributes.raw_value();
            attribute.text = raw.find_first_of("&\t\r\n") == std::string_view::npos
                                 ? raw
                                 : document_.texts().copy(attributes.value());
            document_.add_attribute(node_, attribute);
        }
    }

    void end_text()
    {
        if (!has_text_) return;
        const bool blank = std::all_of(text_.begin(), text_.end(), xml::is_xml_space);
        if (!blank || reading_.keep_blank_text)
            document_.add_text(node_, pieces_.empty() ? text_ : document_.texts().copy(pieces_));
        text_ = {};
        pieces_.clear();
        has_text_ = false;
    }

    const Names &names_;
    Names *const growing_;
    Document &document_;
    const Reading reading_;
    std::uint32_t node_ = Document::root;
    std::size_t depth_ = 0;
    std::vector<Scope> scopes_;
    bool has_text_ = false;
    std::string_view text_;
    std::string pieces_;
};

}  // namespace

std::optional<xml::ScanFault> read_document(std::string_view text, Names &names, Document &document, Reading reading,
                                            Poll poll)
{
    document.clear();
    DocumentReader reader(names, &names, document, reading);
    const auto fault = xml::scan(text, reader, poll, reading.doctype);
    document.close(Document::root);
    return fault;
}

std::optional<xml::ScanFault> read_known(std::string_view text, const Names &names, Document &document, Reading reading,
                                         Poll poll)
{
    document.clear();
    DocumentReader reader(names, nullptr, document, reading);
    const auto fault = xml::scan(text, reader, poll, reading.doctype);
    document.close(Document::root);
    return fault;
}

}  // namespace quire::logic
