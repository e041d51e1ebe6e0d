// src/core/records/json_text.hpp: JSON text, written as the server writes it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace quire::records {

// Text that grows at its end, in memory that is kept when it is cleared.
class JsonText {
public:
    void clear() { size_ = 0; }
    std::string_view text() const { return {start_.get(), size_}; }
    bool empty() const { return size_ == 0; }

    // Room for `most` bytes at the end; what was written there counts once grown() is told its size.
    char *room(std::size_t most)
    {
        if (capacity_ - size_ < most) [[unlikely]]
            enlarge(most);
        return start_.get() + size_;
    }
    void grown(std::size_t size) { size_ += size; }

    void raw(std::string_view text)
    {
        text.copy(room(text.size()), text.size());
        grown(text.size());
    }
    // In quotes, with what JSON does not take escaped.
    void string(std::string_view value);
    void integer(std::int64_t value);

private:
    void enlarge(std::size_t most);

    struct Free {
        void operator()(char *text) const { std::free(text); }
    };
    std::unique_ptr<char, Free> start_;
    std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace quire::records
