// test/unit/support/json_text.hpp: what the core says as JSON, as text to compare.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/support/json.hpp"

namespace quire {

// Strings are quoted as they are: tests use none that would need escapes.
class JsonText final : public JsonSink {
public:
    void begin_object() override { begin('{', '}'); }
    void begin_array() override { begin('[', ']'); }
    void end() override
    {
        text_ += open_.back();
        open_.pop_back();
        comma_ = true;
    }
    void key(std::string_view name) override
    {
        put('"' + std::string(name) + "\": ");
        comma_ = false;
    }
    void null() override { put("null"); }
    void boolean(bool value) override { put(value ? "true" : "false"); }
    void string(std::string_view value) override { put('"' + std::string(value) + '"'); }
    void number(std::string_view digits) override { put(digits); }

    const std::string &text() const { return text_; }

private:
    void begin(char opening, char closing)
    {
        put({&opening, 1});
        open_.push_back(closing);
        comma_ = false;
    }
    void put(std::string_view token)
    {
        if (comma_) text_ += ", ";
        text_ += token;
        comma_ = true;
    }

    std::string text_;
    std::vector<char> open_;
    bool comma_ = false;
};

}  // namespace quire
