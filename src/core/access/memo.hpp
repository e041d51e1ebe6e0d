// src/core/access/memo.hpp: answers that many questions share.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace quire::access {

struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
};

// Tells what is asked for again from what is asked for once. It may be wrong either way, seldom, and stays as small as
// it is.
class Repeats {
public:
    // Has it been noted before? It is noted now.
    bool note(std::string_view text);

private:
    std::vector<std::uint16_t> marks_;  // each in the place that the hash of its text gives it
};

// Names by what was asked, within so many bytes; when they are spent, all is forgotten. An answer is kept when it is
// given for the second time: most objects are asked about once, and would drive out those that they lie in.
class Memo {
public:
    using Answer = std::vector<std::string>;

    // False when it is not there. `take` must not ask again.
    template <class Take>
    bool tell(std::string_view question, const Take &take) const
    {
        const auto found = answers_.find(question);
        if (found == answers_.end()) return false;
        for (std::string_view rest = found->second; !rest.empty();) {
            const std::size_t length = rest.find('\0');
            take(rest.substr(0, length));
            rest.remove_prefix(length + 1);
        }
        return true;
    }
    void keep(std::string_view question, const Answer &answer, std::size_t most_bytes);
    void clear();
    std::size_t bytes() const { return bytes_; }

private:
    // An answer is one text, each name with a zero byte behind it, which no name of a database has in it.
    std::unordered_map<std::string, std::string, TextHash, std::equal_to<>> answers_;
    std::size_t bytes_ = 0;
    Repeats repeats_;
};

}  // namespace quire::access
