// src/core/access/memo.cpp: keeping answers within bounds.
#include "core/access/memo.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "core/support/tripwire.hpp"

namespace quire::access {
namespace {

constexpr std::size_t first_places = 16, first_texts = 512;
// A place numbers the characters by 32 bits.
constexpr std::size_t most_characters = 1u << 30;

std::uint32_t mark_of(std::string_view text)
{
    return static_cast<std::uint32_t>(std::hash<std::string_view>()(text));
}

}  // namespace

bool Repeats::note(std::string_view text)
{
    constexpr std::size_t places = 16'384;
    if (marks_.empty()) marks_.resize(places);
    const std::size_t hash = std::hash<std::string_view>()(text);
    const auto mark = static_cast<std::uint16_t>(hash >> 32 | 1);
    return std::exchange(marks_[hash % places], mark) == mark;
}

bool Memo::Answers::find(std::string_view question, std::uint32_t mark, std::string_view &answer) const
{
    if (count_ == 0) return false;
    const std::size_t mask = places_.size() - 1;
    for (std::size_t at = mark & mask; places_[at].begin != 0; at = (at + 1) & mask) {
        if (places_[at].mark != mark) continue;
        const char *const text = texts_.data() + places_[at].begin - 1;
        Lengths lengths;
        std::memcpy(&lengths, text, sizeof lengths);
        if (std::string_view(text + sizeof lengths, lengths.question) != question) continue;
        answer = {text + sizeof lengths + lengths.question, lengths.answer};
        return true;
    }
    return false;
}

void Memo::Answers::put(const Place &place)
{
    const std::size_t mask = places_.size() - 1;
    std::size_t at = place.mark & mask;
    while (places_[at].begin != 0) at = (at + 1) & mask;
    places_[at] = place;
}

std::size_t Memo::Answers::texts_with(std::size_t length) const
{
    const std::size_t needed = texts_.size() + sizeof(Lengths) + length;
    return needed <= texts_.capacity() ? texts_.capacity() : std::max({needed, 2 * texts_.capacity(), first_texts});
}

std::size_t Memo::Answers::places_with_one() const
{
    return 2 * (count_ + 1) <= places_.size() ? places_.size() : std::max(2 * places_.size(), first_places);
}

std::size_t Memo::Answers::bytes_with(std::size_t length) const
{
    return texts_with(length) + places_with_one() * sizeof(Place);
}

void Memo::Answers::add(std::string_view question, std::uint32_t mark, std::string_view answer)
{
    texts_.reserve(texts_with(question.size() + answer.size()));
    if (const std::size_t wanted = places_with_one(); wanted != places_.size()) {
        const std::vector<Place> before = std::exchange(places_, std::vector<Place>(wanted));
        for (const Place &place : before)
            if (place.begin != 0) put(place);
    }
    put({mark, static_cast<std::uint32_t>(texts_.size() + 1)});
    const Lengths lengths = {static_cast<std::uint32_t>(question.size()), static_cast<std::uint32_t>(answer.size())};
    const auto *const bytes = reinterpret_cast<const char *>(&lengths);
    texts_.insert(texts_.end(), bytes, bytes + sizeof lengths);
    texts_.insert(texts_.end(), question.begin(), question.end());
    texts_.insert(texts_.end(), answer.begin(), answer.end());
    ++count_;
}

bool Memo::find(std::string_view question, std::string_view &answer)
{
    const std::uint32_t mark = mark_of(question);
    if (recent_.find(question, mark, answer)) return true;
    if (!former_.find(question, mark, answer)) return false;
    if (recent_.bytes_with(question.size() + answer.size()) <= most_bytes_ / 2) recent_.add(question, mark, answer);
    return true;
}

void Memo::keep(std::string_view question, std::span<const std::string> answer, std::size_t most_bytes)
{
    most_bytes_ = std::min(most_bytes, most_characters);
    std::string names;
    for (const std::string &name : answer) names.append(name).push_back('\0');
    const std::size_t length = question.size() + names.size();
    if (length > most_bytes_ / 16) return;
    if (recent_.bytes_with(length) > most_bytes_ / 2) former_ = std::exchange(recent_, {});
    if (recent_.bytes_with(length) <= most_bytes_ / 2) recent_.add(question, mark_of(question), names);
}

void Memo::clear()
{
    recent_ = {};
    former_ = {};
}

}  // namespace quire::access
