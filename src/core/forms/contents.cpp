// src/core/forms/contents.cpp: rows and answers, gathered while a submission is read.
#include "core/forms/contents.hpp"

#include <algorithm>

#include "core/support/tripwire.hpp"

namespace quire::forms {

class Contents::Reader : public IgnoreRest {
public:
    Reader(const Form &form, std::string_view submission, std::uint32_t only, Contents &contents)
        : form_(form), submission_(submission), only_(only), to_(contents)
    {
        to_.rows_.clear();
        to_.answers_.clear();
        to_.texts_.clear();
        to_.counts_.assign(form.tables.size(), 0);
    }

    void enter(std::uint32_t index, const xml::Tag &tag)
    {
        if (index != Form::root && form_.steps[index].kind != Node::Kind::repeat) return;
        const Node &node = form_[index];
        if (index == Form::root) to_.encrypted_ = xml::attribute(tag, "encrypted") == "yes";
        const bool wanted = only_ == none || only_ == index;
        const std::uint32_t parent = row_;
        for (std::uint32_t inner = node.table + 1; inner < node.tables_end; ++inner) to_.counts_[inner] = 0;
        const auto row = static_cast<std::uint32_t>(to_.rows_.size());
        if (parent != none) {
            Row &outer = to_.rows_[parent];
            (outer.last_inner == none ? outer.first_inner : to_.rows_[outer.last_inner].next) = row;
            outer.last_inner = row;
        }
        to_.rows_.push_back(
            {index, parent, ++to_.counts_[node.table], static_cast<std::uint32_t>(to_.answers_.size())});
        if (wanted) to_.answers_.resize(to_.answers_.size() + node.slot);
        stand_in(row);
    }

    void leave(std::uint32_t index)
    {
        if (index != Form::root && form_.steps[index].kind == Node::Kind::repeat) stand_in(to_.rows_[row_].parent);
    }

    void unknown(std::uint32_t parent, const xml::Tag &tag)
    {
        if (parent == Form::root && tag.local_name() == "base64EncryptedKey") to_.encrypted_ = true;
    }

    void leaf(std::uint32_t index, std::string_view own)
    {
        // A question belongs to the innermost row that is open.
        if (skips_) return;
        const Step &node = form_.steps[index];
        Answer &answer = to_.answers_[first_ + node.slot];
        ++answer.times;
        if (own.empty()) return;
        // Texts of a question that stands there twice come together, as in ODK Central; of other values the last
        // counts.
        const bool joins = !answer.text.empty() && node.value == Value::text;
        if (!joins && is_in_submission(own)) {
            answer.text = own;
            return;
        }
        if (!answer.own) answer.own = &to_.texts_.emplace_back(answer.text);
        if (!joins) answer.own->clear();
        answer.text = answer.own->append(own);
    }

private:
    void stand_in(std::uint32_t row)
    {
        row_ = row;
        first_ = to_.rows_[row].first;
        skips_ = only_ != none && only_ != to_.rows_[row].node;
    }

    bool is_in_submission(std::string_view text) const
    {
        return text.data() >= submission_.data() && text.data() < submission_.data() + submission_.size();
    }

    const Form &form_;
    const std::string_view submission_;
    const std::uint32_t only_;
    Contents &to_;
    std::uint32_t row_ = none, first_ = 0;  // the open row, and where its answers are
    bool skips_ = false;                    // it is of a table that is left out
};

std::optional<xml::ScanFault> Contents::read(const Form &form, std::string_view submission, Poll poll,
                                             std::uint32_t only)
{
    Reader reader(form, submission, only, *this);
    return forms::read(form, submission, reader, poll);
}

std::string_view instance_id(const Form &form, const Contents &contents)
{
    const std::uint32_t node = form.find("/meta/instanceID");
    if (node == Form::root || !form[node].is_leaf() || form[node].repeat != Form::root) return {};
    return contents.answer(contents.rows().front(), form[node]).text;
}

std::vector<std::uint32_t> position(const Contents &contents, const Contents::Row &row)
{
    std::vector<std::uint32_t> numbers;
    for (const Contents::Row *at = &row; at->parent != Contents::none; at = &contents.rows()[at->parent])
        numbers.push_back(at->number);
    std::reverse(numbers.begin(), numbers.end());
    return numbers;
}

}  // namespace quire::forms
