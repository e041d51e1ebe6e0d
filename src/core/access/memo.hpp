// src/core/access/memo.hpp: answers that many questions share.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quire::access {

// Tells what is asked for again from what is asked for once. It may be wrong either way, seldom, and stays as small as
// it is.
class Repeats {
public:
    // Has it been noted before? It is noted now.
    bool note(std::string_view text);

private:
    std::vector<std::uint16_t> marks_;  // each in the place that the hash of its text gives it
};

// Names by what was asked, within so many bytes. When half of them are spent, what has not been asked for since they
// were last is forgotten.
class Memo {
public:
    using Answer = std::vector<std::string>;

    // False when it is not there. `take` must not ask again.
    template <class Take>
    bool tell(std::string_view question, const Take &take)
    {
        std::string_view rest;
        if (!find(question, rest)) return false;
        while (!rest.empty()) {
            const std::size_t length = rest.find('\0');
            take(rest.substr(0, length));
            rest.remove_prefix(length + 1);
        }
        return true;
    }
    void keep(std::string_view question, std::span<const std::string> answer, std::size_t most_bytes);
    void clear();
    std::size_t bytes() const { return recent_.bytes() + former_.bytes(); }

private:
    // A hash table over one text, so that an answer is found with few looks into memory that lay idle for long. An
    // answer is one text, each name with a zero byte behind it, which no name of a database has in it.
    class Answers {
    public:
        bool find(std::string_view question, std::uint32_t mark, std::string_view &answer) const;
        void add(std::string_view question, std::uint32_t mark, std::string_view answer);
        std::size_t bytes() const { return texts_.capacity() + places_.capacity() * sizeof(Place); }
        // With an answer more, and its question, so long.
        std::size_t bytes_with(std::size_t length) const;

    private:
        struct Lengths {
            std::uint32_t question, answer;
        };
        struct Place {
            std::uint32_t mark;   // of the question: its hash
            std::uint32_t begin;  // of the lengths, the question and the answer, counted from 1; 0 when there is none
        };
        void put(const Place &place);
        std::size_t texts_with(std::size_t length) const;
        std::size_t places_with_one() const;

        std::vector<char> texts_;
        std::vector<Place> places_;  // their number is a power of two
        std::size_t count_ = 0;
    };

    bool find(std::string_view question, std::string_view &answer);

    Answers recent_, former_;
    std::size_t most_bytes_ = 0;
};

}  // namespace quire::access
