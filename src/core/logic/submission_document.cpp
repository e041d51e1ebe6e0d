// src/core/logic/submission_document.cpp: elements of a submission, put where the form has them.
#include "core/logic/submission_document.hpp"

#include "core/forms/submission.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {
namespace {

class Reader : public forms::IgnoreRest {
public:
    Reader(const Rules &rules, std::string_view submission, SubmissionDocument &made)
        : rules_(rules), form_(rules.form()), submission_(submission), made_(made), document_(made.document)
    {
        document_.clear();
        made_.strangers.clear();
        made_.encrypted = false;
    }

    void enter(std::uint32_t node, const xml::Tag &tag)
    {
        if (node == forms::Form::root) {
            made_.encrypted = xml::attribute(tag, "encrypted") == "yes";
        } else {
            note(node);
        }
        element_ = open(node, tag);
        seen_.resize(seen_.size() + form_[node].children.size(), 0);
    }

    void leave(std::uint32_t node)
    {
        const std::vector<std::uint32_t> &children = form_[node].children;
        const std::size_t first = seen_.size() - children.size();
        for (std::size_t i = 0; i < children.size(); ++i)
            if (!seen_[first + i]) add_absent(element_, children[i]);
        seen_.resize(first);
        document_.close(element_);
        element_ = document_[element_].parent;
    }

    void begin(std::uint32_t leaf, const xml::Tag &tag)
    {
        note(leaf);
        leaf_ = open(leaf, tag);
    }

    void leaf(std::uint32_t, std::string_view text)
    {
        document_.add_text(leaf_, is_in_submission(text) ? text : document_.texts().copy(text));
        document_.close(leaf_);
    }

    void unknown(std::uint32_t parent, const xml::Tag &tag)
    {
        const std::string_view name = tag.local_name();
        if (parent == forms::Form::root && name == "base64EncryptedKey") made_.encrypted = true;
        // Clients write more about a submission than forms ask for.
        const bool is_about = (parent == forms::Form::root && name == "meta") ||
                              (form_[parent].parent == forms::Form::root && form_[parent].name == "meta");
        if (!is_about) made_.strangers.push_back({element_, std::string(name), 0});
    }

private:
    Node element_for(std::uint32_t node) const
    {
        Node element;
        element.form = node;
        element.name = rules_.of(node).name;
        element.space = rules_.of(node).space;
        return element;
    }

    std::uint32_t open(std::uint32_t node, const xml::Tag &tag)
    {
        Node element = element_for(node);
        element.tag = tag.name;
        const std::uint32_t opened = document_.open(element_, element);
        if (!tag.attributes.empty()) add_attributes(opened, tag);
        return opened;
    }

    void add_attributes(std::uint32_t element, const xml::Tag &tag)
    {
        for (xml::Attributes attributes(tag); attributes.next();) {
            const std::string_view name = attributes.name();
            if (name.substr(0, 5) == "xmlns") continue;
            Node attribute;
            attribute.tag = name;
            attribute.name = rules_.names().find(attributes.local_name());
            const std::string_view raw = attributes.raw_value();
            attribute.text = raw.find_first_of("&\t\r\n") == std::string_view::npos
                                 ? raw
                                 : document_.texts().copy(attributes.value());
            document_.add_attribute(element, attribute);
        }
    }

    void note(std::uint32_t node)
    {
        const forms::Node &parent = form_[form_[node].parent];
        std::uint8_t &seen = seen_[seen_.size() - parent.children.size() + form_[node].place];
        const bool is_about = node != forms::Form::root && form_[node].path.compare(0, 5, "/meta") == 0;
        if (seen && !form_[node].is_repeat() && !is_about) made_.strangers.push_back({element_, {}, node});
        seen = 1;
    }

    void add_absent(std::uint32_t parent, std::uint32_t node)
    {
        if (form_[node].is_repeat()) return;
        Node element = element_for(node);
        element.absent = true;
        element.tag = form_[node].tag;
        const std::uint32_t added = document_.open(parent, element);
        for (const std::uint32_t child : form_[node].children) add_absent(added, child);
        document_.close(added);
    }

    bool is_in_submission(std::string_view text) const
    {
        return text.data() >= submission_.data() && text.data() < submission_.data() + submission_.size();
    }

    const Rules &rules_;
    const forms::Form &form_;
    const std::string_view submission_;
    SubmissionDocument &made_;
    Document &document_;
    std::uint32_t element_ = Document::root, leaf_ = 0;
    std::vector<std::uint8_t> seen_;  // for each open element, which of the form's children it has
};

}  // namespace

std::optional<xml::ScanFault> read_submission(const Rules &rules, std::string_view submission, SubmissionDocument &made,
                                              Poll poll)
{
    Reader reader(rules, submission, made);
    const auto fault = forms::read(rules.form(), submission, reader, poll);
    made.document.close(Document::root);
    return fault;
}

}  // namespace quire::logic
