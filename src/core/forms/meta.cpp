// src/core/forms/meta.cpp: the envelope of a submission, found by the places of its elements.
#include "core/forms/meta.hpp"

#include <utility>

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

class Envelope {
public:
    void open(const xml::Tag &tag)
    {
        ++depth_;
        const std::string_view name = tag.local_name();
        if (depth_ == 1) read_root(tag);
        if (depth_ == 2) {
            in_meta_ = name == "meta";
            seek(under_root(name));
        }
        if (depth_ == 3 && in_meta_) seek(in_meta(name));
    }
    void text(std::string_view raw, xml::Piece piece)
    {
        if (sought_) xml::append_decoded(text_, raw, piece);
    }
    // The text ends with the first element that ends after some of it, its own or one inside.
    void close()
    {
        if (sought_ && !text_.empty()) *sought_ = std::move(text_);
        if (sought_ && (*sought_ || depth_ == sought_depth_)) sought_ = nullptr;
        --depth_;
    }

    Meta meta() &&
    {
        if (!meta_.instance_id) meta_.instance_id = std::move(bare_instance_id_);
        meta_.encrypted |= meta_.encrypted_file.has_value();
        return std::move(meta_);
    }

private:
    void read_root(const xml::Tag &tag)
    {
        bool id = false, version = false, encrypted = false;
        const auto first = [](bool &seen) { return !std::exchange(seen, true); };
        for (xml::Attributes all(tag); all.next();) {
            const std::string_view name = all.local_name();
            if (name == "id" && first(id)) meta_.form_id = unless_empty(all.value());
            if (name == "version" && first(version)) meta_.form_version = unless_empty(all.value());
            if (name == "encrypted" && first(encrypted)) meta_.encrypted = all.value() == "yes";
        }
    }

    std::optional<std::string> *under_root(std::string_view name)
    {
        return name == "instanceID"                        ? &bare_instance_id_
               : name == "base64EncryptedKey"              ? &meta_.local_key
               : name == "encryptedXmlFile"                ? &meta_.encrypted_file
               : name == "base64EncryptedElementSignature" ? &meta_.signature
                                                           : nullptr;
    }
    std::optional<std::string> *in_meta(std::string_view name)
    {
        return name == "instanceID"     ? &meta_.instance_id
               : name == "deprecatedID" ? &meta_.deprecated_id
               : name == "instanceName" ? &meta_.instance_name
               : name == "deviceID"     ? &meta_.device_id
                                        : nullptr;
    }
    void seek(std::optional<std::string> *target)
    {
        if (!target || *target) return;
        sought_ = target;
        sought_depth_ = depth_;
        text_.clear();
    }
    static std::optional<std::string> unless_empty(std::string text)
    {
        return text.empty() ? std::nullopt : std::optional(std::move(text));
    }

    Meta meta_;
    std::optional<std::string> bare_instance_id_;
    std::size_t depth_ = 0;
    bool in_meta_ = false;
    std::optional<std::string> *sought_ = nullptr;  // what the text of the open element is
    std::size_t sought_depth_ = 0;
    std::string text_;
};

}  // namespace

Result<Meta, xml::ScanFault> read_meta(std::string_view submission, Poll poll)
{
    Envelope envelope;
    if (auto fault = xml::scan(submission, envelope, poll)) return *fault;
    return std::move(envelope).meta();
}

}  // namespace quire::forms
