// src/core/archive/deflate.cpp: zlib's deflate, in steps that can be interrupted.
#include "core/archive/deflate.hpp"

#include <algorithm>
#include <new>

#include <zlib.h>

#include "core/support/tripwire.hpp"

namespace quire::archive {
namespace {

constexpr int window = 15, and_gzip = 16;
constexpr int usual_memory = 8;
constexpr std::size_t step = std::size_t{1} << 18;
// A member that has neither content nor a name.
constexpr std::size_t least_room = 64;

class Stream {
public:
    Stream(Format format, int level)
    {
        const int bits = format == Format::gzip ? window + and_gzip : window;
        if (deflateInit2(&stream_, level, Z_DEFLATED, bits, usual_memory, Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::bad_alloc();
    }
    ~Stream() { deflateEnd(&stream_); }
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;

    z_stream *operator->() { return &stream_; }
    bool run(int flush) { return ::deflate(&stream_, flush) == Z_STREAM_END; }

private:
    z_stream stream_ = {};
};

}  // namespace

std::size_t deflate(std::string_view content, Format format, int level, Output &output, Poll poll)
{
    Stream stream(format, level);
    std::size_t capacity = content.size() / 4 + least_room, used = 0, read = 0;
    char *room = output.grow(capacity);
    for (;;) {
        poll();
        if (used == capacity) room = output.grow(capacity *= 2);
        const std::size_t input = std::min(content.size() - read, step), space = std::min(capacity - used, step);
        stream->next_in = reinterpret_cast<Bytef *>(const_cast<char *>(content.data() + read));
        stream->avail_in = static_cast<uInt>(input);
        stream->next_out = reinterpret_cast<Bytef *>(room + used);
        stream->avail_out = static_cast<uInt>(space);
        const bool done = stream.run(read + input == content.size() ? Z_FINISH : Z_NO_FLUSH);
        read += input - stream->avail_in;
        used += space - stream->avail_out;
        if (done) return used;
    }
}

}  // namespace quire::archive
