// src/core/logic/arena.hpp: memory for what lives as long as one evaluation, taken in large pieces and freed at once.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

namespace quire::logic {

class Arena {
public:
    // Room for `count` of a type that needs no destructor; not initialised.
    template <class T>
    T *make(std::size_t count)
    {
        static_assert(std::is_trivially_destructible_v<T>);
        return static_cast<T *>(take(count * sizeof(T), alignof(T)));
    }

    std::string_view copy(std::string_view text)
    {
        if (text.empty()) return {};
        char *const to = make<char>(text.size());
        std::memcpy(to, text.data(), text.size());
        return {to, text.size()};
    }

    // Frees all of it, but keeps the first piece for what comes next.
    void clear()
    {
        used_ = 0;
        if (pieces_.size() > 1) pieces_.resize(1);
        if (!pieces_.empty()) open(pieces_.front());
    }

    // The bytes taken since the arena was clear.
    std::size_t used() const { return used_; }

private:
    static constexpr std::size_t piece_size = 16 * 1024;
    struct Piece {
        std::unique_ptr<char[]> memory;
        std::size_t size;
    };

    void *take(std::size_t size, std::size_t alignment)
    {
        const std::size_t padding = (alignment - at_ % alignment) % alignment;
        used_ += size + padding;
        if (at_ + padding + size > end_) return take_from_new(size);
        void *const taken = memory_ + at_ + padding;
        at_ += padding + size;
        return taken;
    }

    void *take_from_new(std::size_t size)
    {
        const std::size_t whole = std::max(size, piece_size);
        // new char[] is aligned for every type that needs no more than the usual.
        pieces_.push_back({std::unique_ptr<char[]>(new char[whole]), whole});
        open(pieces_.back());
        at_ = size;
        return memory_;
    }

    void open(const Piece &piece)
    {
        memory_ = piece.memory.get();
        at_ = 0;
        end_ = piece.size;
    }

    std::vector<Piece> pieces_;
    char *memory_ = nullptr;
    std::size_t at_ = 0, end_ = 0;
    std::size_t used_ = 0;
};

}  // namespace quire::logic
