// src/core/archive/inflate.cpp: zlib's inflate, in steps that can be interrupted and counted.
#include "core/archive/inflate.hpp"

#include <algorithm>
#include <new>

#include <zlib.h>

#include "core/support/tripwire.hpp"

namespace quire::archive {
namespace {

using Kind = InflateFault::Kind;

constexpr int window_of_gzip = 15 + 16;
constexpr int window_of_zlib = 15;
constexpr std::size_t step = std::size_t{1} << 18;

unsigned byte(std::string_view bytes, std::size_t i)
{
    return static_cast<unsigned char>(bytes[i]);
}

// A single byte may be the first half.
bool begins_gzip(std::string_view bytes)
{
    return byte(bytes, 0) == 0x1F && (bytes.size() < 2 || byte(bytes, 1) == 0x8B);
}

// RFC 1950: the method is deflate, the window at most 32 KB, and both bytes are a multiple of 31.
bool begins_zlib(std::string_view bytes)
{
    const unsigned first = byte(bytes, 0);
    return (first & 0x0F) == 8 && first >> 4 <= 7 && (bytes.size() < 2 || (first << 8 | byte(bytes, 1)) % 31 == 0);
}

// How large the content may be: gzip ends with the size of its last member, which may lie.
std::size_t first_room(std::string_view compressed, bool gzip, std::size_t most)
{
    std::size_t guess = compressed.size() * 4;
    if (gzip && compressed.size() >= 4) {
        std::size_t stated = 0;
        for (std::size_t i = 1; i <= 4; ++i) stated = stated << 8 | byte(compressed, compressed.size() - i);
        guess = std::min(stated, compressed.size() * 64);
    }
    return std::min(std::max<std::size_t>(guess, 64), most);
}

class Stream {
public:
    explicit Stream(int window)
    {
        if (inflateInit2(&stream_, window) != Z_OK) throw std::bad_alloc();
    }
    ~Stream() { inflateEnd(&stream_); }
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;

    z_stream *operator->() { return &stream_; }
    int run() { return ::inflate(&stream_, Z_NO_FLUSH); }
    void restart() { inflateReset(&stream_); }

private:
    z_stream stream_ = {};
};

// Where the next bytes go: into the output, or, once that is full, into a byte that only tells that there are more.
class Sink {
public:
    Sink(Output &output, std::size_t capacity, std::size_t most)
        : output_(output), capacity_(capacity), most_(most), room_(output.grow(capacity))
    {
    }

    void offer(z_stream *stream)
    {
        if (used_ == capacity_ && capacity_ < most_) {
            capacity_ = capacity_ > most_ / 2 ? most_ : capacity_ * 2;
            room_ = output_.grow(capacity_);
        }
        const bool full = used_ == capacity_;
        offered_ = full ? 1 : std::min(capacity_ - used_, step);
        stream->next_out = reinterpret_cast<Bytef *>(full ? &beyond_ : room_ + used_);
        stream->avail_out = static_cast<uInt>(offered_);
    }
    // False when there was more than there may be.
    bool take(const z_stream *stream)
    {
        used_ += offered_ - stream->avail_out;
        return used_ <= most_;
    }
    std::size_t used() const { return used_; }

private:
    Output &output_;
    std::size_t capacity_, most_, used_ = 0, offered_ = 0;
    char *room_;
    char beyond_ = 0;
};

}  // namespace

Result<std::size_t, InflateFault> inflate(std::string_view compressed, std::size_t most, Output &output, Poll poll)
{
    if (compressed.empty()) return InflateFault{Kind::empty, 0};
    const bool gzip = begins_gzip(compressed);
    if (!gzip && !begins_zlib(compressed)) return InflateFault{Kind::unknown, 0};

    Stream stream(gzip ? window_of_gzip : window_of_zlib);
    Sink sink(output, first_room(compressed, gzip, most), most);
    for (std::size_t read = 0;;) {
        poll();
        const std::size_t input = std::min(compressed.size() - read, step);
        stream->next_in = reinterpret_cast<Bytef *>(const_cast<char *>(compressed.data() + read));
        stream->avail_in = static_cast<uInt>(input);
        sink.offer(stream.operator->());
        const int answer = stream.run();
        read += input - stream->avail_in;
        if (!sink.take(stream.operator->())) return InflateFault{Kind::too_large, read};

        const std::string_view rest = compressed.substr(read);
        switch (answer) {
            case Z_OK: break;
            case Z_STREAM_END:
                if (rest.empty()) return sink.used();
                if (!gzip || !begins_gzip(rest)) return InflateFault{Kind::trailing, read};
                stream.restart();
                break;
            case Z_BUF_ERROR:
                // Neither side had anything to give: with room left, it is the input that has ended.
                if (rest.empty()) return InflateFault{Kind::truncated, read};
                break;
            case Z_NEED_DICT: return InflateFault{Kind::dictionary, read};
            case Z_MEM_ERROR: throw std::bad_alloc();
            default: return InflateFault{Kind::damaged, read};
        }
    }
}

}  // namespace quire::archive
