// src/core/forms/submission.hpp: a submission read along its form.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/forms/form.hpp"
#include "core/support/poll.hpp"
#include "core/xml/scanner.hpp"

namespace quire::forms {

// Where a walk stands: for each repeat the number of its current instance, counting from 1 within one instance of the
// repeat around it. A group does not start the count anew.
class Positions {
public:
    explicit Positions(const Form &form) : form_(form), counts_(form.tables.size(), 0) {}

    std::uint32_t of(std::uint32_t repeat) const { return counts_[form_[repeat].table]; }

    // The numbers of all repeats around a leaf, from the outermost.
    std::vector<std::uint32_t> around(std::uint32_t leaf) const
    {
        std::vector<std::uint32_t> numbers;
        for (std::uint32_t node = form_[leaf].repeat; node != Form::root; node = form_[node].repeat)
            numbers.insert(numbers.begin(), of(node));
        return numbers;
    }

    void advance(std::uint32_t repeat)
    {
        const Node &node = form_[repeat];
        ++counts_[node.table];
        for (std::uint32_t i = node.table + 1; i < node.tables_end; ++i) counts_[i] = 0;
    }

private:
    const Form &form_;
    std::vector<std::uint32_t> counts_;
};

// Reads a submission and tells `Visitor` what its form knows of it, in the order of the document. The root element may
// have any name; what the form does not know is passed over, with all that is in it.
//     void enter(std::uint32_t node, const xml::Tag &)    the root, a group or an instance of a repeat begins
//     void leave(std::uint32_t node)
//     void begin(std::uint32_t leaf, const xml::Tag &)    a question begins
//     void leaf(std::uint32_t leaf, std::string_view text)    it ends, with its own text, which lives as long as the
//                                     call, or as the submission where it is written there as it is
//     void unknown(std::uint32_t parent, const xml::Tag &)    an element that the form does not know
// A visitor derives from IgnoreRest for the ones it has no use for.
struct IgnoreRest {
    void enter(std::uint32_t, const xml::Tag &) {}
    void leave(std::uint32_t) {}
    void begin(std::uint32_t, const xml::Tag &) {}
    void unknown(std::uint32_t, const xml::Tag &) {}
};

template <class Visitor>
class Walk {
public:
    Walk(const Form &form, Visitor &visitor) : form_(form), visitor_(visitor) {}

    void open(const xml::Tag &tag)
    {
        if (below_ > 0 || in_leaf_) {
            ++below_;
            return;
        }
        if (depth_ == 0) {
            push(Form::root);
            visitor_.enter(Form::root, tag);
            return;
        }
        Frame &frame = frames_[depth_ - 1];
        const std::uint32_t node = find(frame, tag.local_name());
        if (node == 0) {
            below_ = 1;
            visitor_.unknown(frame.node, tag);
        } else if (form_.steps[node].kind == Node::Kind::leaf) {
            in_leaf_ = true;
            leaf_ = node;
            text_ = {};
            gathered_ = false;
            visitor_.begin(node, tag);
        } else {
            push(node);
            visitor_.enter(node, tag);
        }
    }

    void text(std::string_view raw, xml::Piece piece)
    {
        if (!in_leaf_ || below_ > 0) return;
        if (piece == xml::Piece::plain && text_.empty() && !gathered_)
            text_ = raw;
        else
            gather(raw, piece);
    }

    void close()
    {
        if (below_ > 0) {
            --below_;
        } else if (in_leaf_) {
            in_leaf_ = false;
            visitor_.leaf(leaf_, gathered_ ? std::string_view(pieces_) : text_);
        } else {
            visitor_.leave(frames_[--depth_].node);
        }
    }

private:
    struct Frame {
        std::uint32_t node;
        std::uint32_t due;  // the child that is likely to come next
    };

    void push(std::uint32_t node) { frames_[depth_++] = {node, form_.steps[node].first_child}; }

    // Elements mostly come in the order of the form, with some left out, or once more in a repeat.
    std::uint32_t find(Frame &frame, std::string_view name)
    {
        constexpr int near = 8;
        std::uint32_t node = frame.due;
        for (int tries = 0; tries < near && node != 0; ++tries, node = form_.steps[node].next)
            if (form_.has_name(form_.steps[node], name)) return note(frame, node);
        node = form_.child(frame.node, name);
        return node == 0 ? 0 : note(frame, node);
    }

    std::uint32_t note(Frame &frame, std::uint32_t node)
    {
        const Step &step = form_.steps[node];
        frame.due = step.kind == Node::Kind::repeat ? node : step.next;
        return node;
    }

    void gather(std::string_view raw, xml::Piece piece)
    {
        if (!gathered_) pieces_.assign(text_);
        gathered_ = true;
        xml::append_decoded(pieces_, raw, piece);
    }

    const Form &form_;
    Visitor &visitor_;
    std::size_t below_ = 0;  // how deep in elements that the form does not know
    bool in_leaf_ = false;
    std::uint32_t leaf_ = 0;
    std::size_t depth_ = 0;
    std::array<Frame, xml::max_depth + 1> frames_;

    // The text of the leaf: one piece of the submission where that is all, else gathered.
    std::string_view text_;
    bool gathered_ = false;
    std::string pieces_;
};

// Nothing when the submission was a document, read to its end.
template <class Visitor>
std::optional<xml::ScanFault> read(const Form &form, std::string_view submission, Visitor &visitor, Poll poll)
{
    Walk<Visitor> walk(form, visitor);
    return xml::scan(submission, walk, poll);
}

}  // namespace quire::forms
