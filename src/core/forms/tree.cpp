// src/core/forms/tree.cpp: the tree of a submission, made while it is scanned.
#include "core/forms/tree.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

void mix(Digest &digest, std::uint64_t value)
{
    digest[0] = (digest[0] ^ value) * 0x9E3779B97F4A7C15u;
    digest[0] ^= digest[0] >> 32;
    digest[1] = (digest[1] + value) * 0xD6E8FEB86659FD93u;
    digest[1] ^= digest[1] >> 29;
}

void mix(Digest &digest, std::string_view text)
{
    mix(digest, text.size());
    while (!text.empty()) {
        std::uint64_t word = 0;
        const std::size_t length = std::min(text.size(), sizeof word);
        std::memcpy(&word, text.data(), length);
        mix(digest, word);
        text.remove_prefix(length);
    }
}

class Grower {
public:
    Grower(const Form &form, Forest &in) : form_(form), in_(in) {}

    void open(const xml::Tag &tag)
    {
        if (text_depth_ > 0) {
            ++text_depth_;
            return;
        }
        if (open_.empty()) {
            open_.push_back({Form::root, tag.name, found_.size()});
            return;
        }
        const std::uint32_t node = form_.child(open_.back().node, tag.local_name());
        if (node != Form::root && !form_[node].is_leaf()) {
            open_.push_back({node, tag.name, found_.size()});
            return;
        }
        text_depth_ = 1;
        text_name_ = tag.name;
        text_ = {};
        gathered_ = nullptr;
    }

    void text(std::string_view raw, xml::Piece piece)
    {
        if (text_depth_ == 0 || raw.empty()) return;
        if (text_.empty() && piece == xml::Piece::plain) {
            text_ = raw;
            return;
        }
        if (!gathered_) gathered_ = &in_.texts.emplace_back(text_);
        xml::append_decoded(*gathered_, raw, piece);
        text_ = *gathered_;
    }

    void close()
    {
        if (text_depth_ > 0) {
            if (--text_depth_ == 0) found_.push_back({text_name_, leaf(), false});
            return;
        }
        const Open closed = open_.back();
        open_.pop_back();
        root_ = object(closed.first);
        found_.resize(closed.first);
        if (!open_.empty()) found_.push_back({closed.name, root_, form_[closed.node].is_repeat()});
    }

    // The last element that was closed.
    const Tree *root() const { return root_; }

private:
    struct Open {
        std::uint32_t node;
        std::string_view name;
        std::size_t first;  // of what was found in it
    };
    struct Found {
        std::string_view name;
        const Tree *tree;
        bool repeats;
    };

    Tree &grow(Tree::Kind kind)
    {
        Tree &tree = in_.trees.emplace_back();
        tree.kind = kind;
        tree.weight = kind == Tree::Kind::text ? 1 : 0;
        mix(tree.digest, static_cast<std::uint64_t>(kind));
        return tree;
    }
    static void add(Tree &tree, const Tree::Part &part)
    {
        tree.parts.push_back(part);
        tree.weight += 1 + part.value->weight;
        mix(tree.digest, part.name);
        mix(tree.digest, part.value->digest[0]);
        mix(tree.digest, part.value->digest[1]);
    }

    const Tree *leaf()
    {
        Tree &tree = grow(Tree::Kind::text);
        tree.text = text_;
        mix(tree.digest, text_);
        return &tree;
    }

    // Brings what was found from `first` on together by its names, each at the place where it was found first.
    const Tree *object(std::size_t first)
    {
        const auto name = [this](std::size_t i) { return found_[i].name; };
        order_.resize(found_.size() - first);
        std::iota(order_.begin(), order_.end(), first);
        std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
            const int compared = name(a).compare(name(b));
            return compared != 0 ? compared < 0 : a < b;
        });
        places_.clear();
        for (std::size_t i = 0, end = 0; i < order_.size(); i = end) {
            while (end < order_.size() && name(order_[end]) == name(order_[i])) ++end;
            const std::size_t place = order_[i];
            found_[place].tree = found_[place].repeats ? array(i, end) : found_[order_[end - 1]].tree;
            places_.push_back(place);
        }
        std::sort(places_.begin(), places_.end());
        Tree &tree = grow(Tree::Kind::object);
        for (const std::size_t place : places_) add(tree, {name(place), found_[place].tree});
        tree.by_name.resize(tree.parts.size());
        std::iota(tree.by_name.begin(), tree.by_name.end(), 0u);
        std::sort(tree.by_name.begin(), tree.by_name.end(),
                  [&](std::uint32_t a, std::uint32_t b) { return tree.parts[a].name < tree.parts[b].name; });
        return &tree;
    }
    const Tree *array(std::size_t begin, std::size_t end)
    {
        Tree &tree = grow(Tree::Kind::array);
        for (std::size_t i = begin; i < end; ++i) add(tree, {{}, found_[order_[i]].tree});
        return &tree;
    }

    const Form &form_;
    Forest &in_;
    std::vector<Open> open_;
    std::vector<Found> found_;  // in the open elements, one after the other
    std::vector<std::size_t> order_, places_;
    const Tree *root_ = nullptr;

    std::size_t text_depth_ = 0;
    std::string_view text_name_, text_;
    std::string *gathered_ = nullptr;
};

}  // namespace

Result<const Tree *, xml::ScanFault> grow_tree(const Form &form, std::string_view submission, Poll poll, Forest &in)
{
    Grower grower(form, in);
    if (auto fault = xml::scan(submission, grower, poll)) return *fault;
    return grower.root();
}

void write_tree(const Tree &tree, JsonSink &json)
{
    if (tree.kind == Tree::Kind::text) return json.string(tree.text);
    const bool is_object = tree.kind == Tree::Kind::object;
    is_object ? json.begin_object() : json.begin_array();
    for (const auto &[name, value] : tree.parts) {
        if (is_object) json.key(name);
        write_tree(*value, json);
    }
    json.end();
}

}  // namespace quire::forms
