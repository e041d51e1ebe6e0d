// src/core/logic/names.hpp: names as numbers, so that steps of a path compare one integer.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace quire::logic {

// The names that expressions ask for, and the namespaces. What is not among them is number 0: no test asks for it.
class Names {
public:
    static constexpr std::uint32_t other = 0;

    std::uint32_t add(std::string_view text)
    {
        if (const std::uint32_t found = find(text)) return found;
        texts_.emplace_back(text);
        const auto number = static_cast<std::uint32_t>(texts_.size());
        numbers_.emplace(texts_.back(), number);
        return number;
    }

    std::uint32_t find(std::string_view text) const
    {
        const auto found = numbers_.find(text);
        return found == numbers_.end() ? other : found->second;
    }

    std::string_view text(std::uint32_t number) const
    {
        return number == other ? std::string_view() : texts_[number - 1];
    }

private:
    std::deque<std::string> texts_;
    std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

}  // namespace quire::logic
