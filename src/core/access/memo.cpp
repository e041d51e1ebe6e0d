// src/core/access/memo.cpp: keeping answers within bounds.
#include "core/access/memo.hpp"

#include <utility>

#include "core/support/tripwire.hpp"

namespace quire::access {

bool Repeats::note(std::string_view text)
{
    constexpr std::size_t places = 16'384;
    if (marks_.empty()) marks_.resize(places);
    const std::size_t hash = TextHash()(text);
    const auto mark = static_cast<std::uint16_t>(hash >> 32 | 1);
    return std::exchange(marks_[hash % places], mark) == mark;
}

void Memo::keep(std::string_view question, const Answer &answer, std::size_t most_bytes)
{
    if (!repeats_.note(question)) return;
    std::string names;
    for (const std::string &name : answer) names.append(name).push_back('\0');
    names.shrink_to_fit();
    // What the table and the allocator take for an entry, about.
    constexpr std::size_t entry = 2 * sizeof(std::string) + 6 * sizeof(void *);
    const std::size_t bytes = entry + question.size() + names.size();
    if (bytes > most_bytes / 16) return;
    if (bytes_ + bytes > most_bytes) clear();
    if (answers_.emplace(question, std::move(names)).second) bytes_ += bytes;
}

void Memo::clear()
{
    answers_.clear();
    bytes_ = 0;
}

}  // namespace quire::access
