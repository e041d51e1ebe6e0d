// src/core/logic/recalculate.cpp: rules applied in the order in which they need each other, and the text written anew.
#include "core/logic/recalculate.hpp"

#include <vector>

#include "core/logic/functions.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {
namespace {

// What has become of each node of the document.
struct Changes {
    std::vector<bool> rewritten;  // it has another text
    std::vector<bool> added;      // it was absent
};

class Recalculation {
public:
    Recalculation(FormWorld &world, Dialect dialect, const Limits &limits, Document &document, Poll poll)
        : rules_(world.rules()),
          form_(world.rules().form()),
          document_(document),
          evaluator_(world, dialect, limits, poll)
    {
    }

    Changes run()
    {
        changes_.rewritten.resize(document_.size());
        changes_.added.resize(document_.size());
        std::vector<std::vector<std::uint32_t>> elements(form_.nodes.size());
        for (std::uint32_t node = 1; node < document_.size(); ++node)
            if (document_[node].kind == Node::Kind::element) elements[document_[node].form].push_back(node);
        for (const std::uint32_t node : rules_.order())
            for (const std::uint32_t element : elements[node]) apply(rules_.of(node), element);
        return std::move(changes_);
    }

private:
    void apply(const NodeRules &rules, std::uint32_t element)
    {
        const bool around = element == document_.root_element() || !document_[document_[element].parent].absent;
        if (rules.relevant) {
            evaluator_.clear();
            try {
                const bool own = around && evaluator_.truth(evaluate(*rules.relevant, element));
                if (own && document_[element].absent) add(element);
                if (!own && !document_[element].absent) hide(element);
            } catch (const EvaluationFault &fault) {
                if (fault.kind == EvaluationFault::Kind::limit) throw;
            }
        } else if (rules.calculate && around && document_[element].absent) {
            add(element);
        }
        if (rules.calculate && !document_[element].absent) calculate(*rules.calculate, element);
    }

    Value evaluate(const Rule &rule, std::uint32_t element)
    {
        return evaluator_.evaluate(rule.expression, Context(Ref(0, element)));
    }

    void calculate(const Rule &rule, std::uint32_t element)
    {
        evaluator_.clear();
        const std::string_view before = document_.text_of(element, evaluator_.arena());
        const bool changes = rule.traits & (Function::changes | Function::tells_time);
        if ((changes || form_[document_[element].form].set_aside) && !before.empty()) return;
        try {
            const Value value = evaluate(rule, element);
            const std::string_view text = evaluator_.stored_text(value, form_[document_[element].form].value);
            if (text == before) return;
            document_.set_text(element, text);
            changes_.rewritten[element] = true;
        } catch (const EvaluationFault &fault) {
            if (fault.kind == EvaluationFault::Kind::limit) throw;
        }
    }

    // With all that is in it, but for what has a rule of its own and is asked later.
    void add(std::uint32_t element)
    {
        document_[element].absent = false;
        changes_.added[element] = true;
        for (std::uint32_t child = document_[element].first_child; child != 0; child = document_[child].next)
            if (document_[child].absent && !rules_.of(document_[child].form).relevant) add(child);
    }

    void hide(std::uint32_t element)
    {
        for (std::uint32_t node = element; node < document_[element].end; ++node) {
            if (document_[node].kind != Node::Kind::element) continue;
            document_[node].absent = true;
            changes_.added[node] = false;
            if (form_[document_[node].form].is_leaf()) document_.set_text(node, {});
        }
    }

    const Rules &rules_;
    const forms::Form &form_;
    Document &document_;
    Evaluator evaluator_;
    Changes changes_;
};

// Writes what a scan tells, with the changes.
class Rewriter {
public:
    Rewriter(const Document &document, const Changes &changes) : document_(document), changes_(changes) {}

    void open(const xml::Tag &tag)
    {
        if (left_out_ > 0) {
            ++left_out_;
            return;
        }
        const std::uint32_t node = node_of(tag);
        if (node != 0 && document_[node].absent) {
            left_out_ = 1;
            return;
        }
        end_tag();
        text_.append("<").append(tag.name).append(tag.attributes);
        tag_is_open_ = true;
        frames_.push_back({tag.name, node, node == 0 ? 0 : document_[node].first_child});
        if (node != 0 && changes_.rewritten[node]) {
            write_text(document_[node].text);
            frames_.back().silent = true;
        }
    }

    void text(std::string_view raw, xml::Piece piece)
    {
        if (is_silent()) return;
        end_tag();
        if (piece == xml::Piece::cdata)
            text_.append("<![CDATA[").append(raw).append("]]>");
        else
            text_.append(raw);
    }

    void comment(std::string_view text)
    {
        if (is_silent()) return;
        end_tag();
        text_.append("<!--").append(text).append("-->");
    }

    void instruction(std::string_view target, std::string_view text)
    {
        if (is_silent()) return;
        end_tag();
        text_.append("<?").append(target).append(text.empty() ? "" : " ").append(text).append("?>");
    }

    void close()
    {
        if (left_out_ > 0) {
            --left_out_;
            return;
        }
        const Frame frame = frames_.back();
        if (frame.node != 0) write_added(frame.node);
        frames_.pop_back();
        if (tag_is_open_)
            text_ += "/>";
        else
            text_.append("</").append(frame.tag).append(">");
        tag_is_open_ = false;
    }

    std::string finish(std::string_view before_root) { return std::string(before_root) + text_; }

private:
    struct Frame {
        std::string_view tag;
        std::uint32_t node, next_child;
        bool silent = false;  // what was in it is replaced
    };

    bool is_silent() const { return left_out_ > 0 || frames_.empty() || frames_.back().silent; }

    // The document's node for an element: the one that was made of this very tag.
    std::uint32_t node_of(const xml::Tag &tag)
    {
        if (frames_.empty()) return document_.root_element();
        Frame &frame = frames_.back();
        if (frame.node == 0) return 0;
        for (std::uint32_t child = frame.next_child; child != 0; child = document_[child].next)
            if (document_[child].tag.data() == tag.name.data()) {
                frame.next_child = document_[child].next;
                return child;
            }
        return 0;
    }

    void end_tag()
    {
        if (tag_is_open_) text_ += '>';
        tag_is_open_ = false;
    }

    void write_text(std::string_view text)
    {
        if (text.empty()) return;
        end_tag();
        for (const char c : text) switch (c) {
                case '<': text_ += "&lt;"; break;
                case '>': text_ += "&gt;"; break;
                case '&': text_ += "&amp;"; break;
                case '\r': text_ += "&#13;"; break;
                default: text_ += c;
            }
    }

    void write_added(std::uint32_t parent)
    {
        for (std::uint32_t child = document_[parent].first_child; child != 0; child = document_[child].next) {
            if (document_[child].kind != Node::Kind::element || !changes_.added[child]) continue;
            end_tag();
            // In the namespace of what it belongs to.
            const std::string_view around = frames_.back().tag;
            std::string name(around.substr(0, xml::local_start(around)));
            name += xml::local_name(document_[child].tag);
            text_.append("<").append(name);
            tag_is_open_ = true;
            write_text(document_[child].plain ? document_[child].text : std::string_view());
            write_added(child);
            if (tag_is_open_)
                text_ += "/>";
            else
                text_.append("</").append(name).append(">");
            tag_is_open_ = false;
        }
    }

    const Document &document_;
    const Changes &changes_;
    std::string text_;
    bool tag_is_open_ = false;
    std::size_t left_out_ = 0;
    std::vector<Frame> frames_;
};

}  // namespace

std::string recalculate(FormWorld &world, Dialect dialect, const Limits &limits, std::string_view submission,
                        SubmissionDocument &made, Poll poll)
{
    if (made.encrypted) return std::string(submission);
    const Changes changes = Recalculation(world, dialect, limits, made.document, poll).run();
    Rewriter rewriter(made.document, changes);
    (void)xml::scan(submission, rewriter, poll);  // it was read before
    const std::string_view root = made.document[made.document.root_element()].tag;
    return rewriter.finish(submission.substr(0, static_cast<std::size_t>(root.data() - submission.data()) - 1));
}

}  // namespace quire::logic
