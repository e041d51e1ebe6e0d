// src/core/forms/values.cpp: files and choices that a submission names.
#include "core/forms/values.hpp"

#include <algorithm>
#include <unordered_set>

#include "core/forms/scalars.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

// Files of an encrypted submission: root/media/file, then root/encryptedXmlFile.
class EncryptedFiles {
public:
    void open(const xml::Tag &tag)
    {
        if (depth_ == 0) encrypted_ = xml::attribute(tag, "encrypted") == "yes";
        if (depth_ < path_.size()) path_[depth_] = tag.local_name();
        ++depth_;
        if (depth_ == 2) has_key_ |= tag.local_name() == "base64EncryptedKey";
        text_.clear();
    }
    void text(std::string_view raw, xml::Piece piece)
    {
        if (is_media() || is_rest()) xml::append_decoded(text_, raw, piece);
    }
    void close()
    {
        if (is_media()) media_.emplace_back(trim(text_));
        if (is_rest()) rest_ = trim(text_);
        --depth_;
    }

    bool found() const { return encrypted_ || (has_key_ && !rest_.empty()); }
    std::vector<std::string> names() &&
    {
        if (!rest_.empty()) media_.push_back(std::move(rest_));
        return std::move(media_);
    }

private:
    bool is_media() const { return depth_ == 3 && path_[1] == "media" && path_[2] == "file"; }
    bool is_rest() const { return depth_ == 2 && path_[1] == "encryptedXmlFile"; }

    std::size_t depth_ = 0;
    std::array<std::string_view, 3> path_;
    bool encrypted_ = false, has_key_ = false;
    std::string text_, rest_;
    std::vector<std::string> media_;
};

void keep_first_of_each(std::vector<std::string> &names)
{
    std::unordered_set<std::string> seen;
    names.erase(std::remove_if(names.begin(), names.end(),
                               [&](const std::string &name) { return name.empty() || !seen.insert(name).second; }),
                names.end());
}

}  // namespace

std::optional<xml::ScanFault> chosen_values(const Form &form, std::string_view submission, Poll poll,
                                            std::vector<ChosenValue> &values)
{
    std::unordered_set<std::string> seen;
    return for_each_value(form, submission, poll, [&](std::uint32_t node, const Positions &, std::string_view text) {
        if (!form[node].select_multiple) return;
        for_each_word(text, [&](std::string_view word) {
            if (seen.insert(std::to_string(node).append(" ").append(word)).second)
                values.push_back({node, std::string(word)});
        });
    });
}

std::optional<xml::ScanFault> submitted_files(const Form &form, std::string_view submission, Poll poll,
                                              std::vector<std::string> &names)
{
    EncryptedFiles encrypted;
    if (auto fault = xml::scan(submission, encrypted, poll)) return fault;
    if (encrypted.found()) {
        names = std::move(encrypted).names();
    } else {
        auto fault =
            for_each_value(form, submission, poll, [&](std::uint32_t node, const Positions &, std::string_view text) {
                if (form[node].binary) names.emplace_back(trim(text));
            });
        if (fault) return fault;
    }
    keep_first_of_each(names);
    return std::nullopt;
}

}  // namespace quire::forms
