// test/unit/attributes/json.hpp: values from JSON text, for tests; no more of JSON than they need.
#pragma once
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/attributes/value.hpp"
#include "core/support/ascii.hpp"
#include "core/support/json.hpp"

namespace quire::test {

// Keeps what the values that it reads are made of.
class JsonReader {
public:
    std::optional<attributes::Value> read(std::string_view json)
    {
        text_ = json;
        at_ = 0;
        auto value = value_here(0);
        skip();
        return at_ == text_.size() ? value : std::nullopt;
    }

private:
    using Value = attributes::Value;

    void skip()
    {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    }
    bool accept(std::string_view token)
    {
        skip();
        if (!text_.substr(at_).starts_with(token)) return false;
        at_ += token.size();
        return true;
    }

    std::optional<Value> value_here(int depth)
    {
        Value value;
        if (depth > 20) return std::nullopt;
        if (accept("null")) return value;
        value.kind = Value::Kind::boolean;
        if (accept("false")) return value;
        value.boolean = true;
        if (accept("true")) return value;
        value = {};
        if (accept("\"")) {
            value.kind = Value::Kind::text;
            return string(value.text) ? std::optional(value) : std::nullopt;
        }
        if (accept("[")) return list(value, depth);
        if (accept("{")) return object(value, depth);
        return number(value);
    }

    bool string(std::string_view &out)
    {
        std::string &text = texts_.emplace_back();
        for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
            text += text_[at_];
        }
        out = text;
        return accept("\"");
    }

    std::optional<Value> number(Value &value)
    {
        const std::size_t end = std::min(text_.find_first_not_of("+-.0123456789eE", at_), text_.size());
        auto parsed = attributes::Number::parse(text_.substr(at_, end - at_));
        if (!parsed) return std::nullopt;
        at_ = end;
        value.kind = Value::Kind::number;
        value.number = numbers_.emplace_back(*std::move(parsed)).view();
        return value;
    }

    std::optional<Value> list(Value &value, int depth)
    {
        std::vector<Value> items;
        value.kind = Value::Kind::list;
        if (!accept("]")) {
            do {
                const auto item = value_here(depth + 1);
                if (!item) return std::nullopt;
                items.push_back(*item);
            } while (accept(","));
            if (!accept("]")) return std::nullopt;
        }
        value.items = lists_.emplace_back(std::move(items));
        return value;
    }

    std::optional<Value> object(Value &value, int depth)
    {
        std::vector<attributes::Member> members;
        value.kind = Value::Kind::object;
        if (!accept("}")) {
            do {
                attributes::Member member;
                if (!accept("\"") || !string(member.key) || !accept(":")) return std::nullopt;
                const auto held = value_here(depth + 1);
                if (!held) return std::nullopt;
                member.value = *held;
                members.push_back(member);
            } while (accept(","));
            if (!accept("}")) return std::nullopt;
        }
        value.members = objects_.emplace_back(std::move(members));
        return value;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::deque<std::string> texts_;
    std::deque<attributes::Number> numbers_;
    std::deque<std::vector<Value>> lists_;
    std::deque<std::vector<attributes::Member>> objects_;
};

// Writes JSON as text.
class JsonText final : public JsonSink {
public:
    void begin_object() override { open("{"); }
    void begin_array() override { open("["); }
    void end() override
    {
        text += closing_.back();
        closing_.pop_back();
        fresh_ = false;
    }
    void key(std::string_view name) override
    {
        comma();
        text.append("\"").append(name).append("\":");
        fresh_ = true;
    }
    void null() override { scalar("null"); }
    void boolean(bool value) override { scalar(value ? "true" : "false"); }
    void string(std::string_view value) override { scalar("\"" + std::string(value) + "\""); }
    void number(std::string_view digits) override { scalar(std::string(digits)); }

    std::string text;

private:
    void comma()
    {
        if (!fresh_) text += ",";
    }
    void open(const char *bracket)
    {
        comma();
        text += bracket;
        closing_ += *bracket == '{' ? '}' : ']';
        fresh_ = true;
    }
    void scalar(const std::string &value)
    {
        comma();
        text += value;
        fresh_ = false;
    }

    std::string closing_;
    bool fresh_ = true;
};

}  // namespace quire::test
