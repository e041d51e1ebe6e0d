// test/unit/archive/codec.hpp: the codec of archive with strings, for unit tests and fuzzers.
#pragma once
#include <optional>
#include <stdexcept>
#include <string>

#include "core/archive/deflate.hpp"
#include "core/archive/inflate.hpp"

namespace quire::test {

// Refuses to grow beyond what a codec was allowed.
class StringOutput final : public archive::Output {
public:
    explicit StringOutput(std::size_t most = std::string().max_size()) : most_(most) {}

    char *grow(std::size_t size) override
    {
        if (size > most_) throw std::length_error("more room than allowed");
        text_.resize(size);
        return text_.data();
    }
    std::string first(std::size_t size) const { return text_.substr(0, size); }

private:
    std::size_t most_;
    std::string text_;
};

inline std::string gzip(std::string_view content, int level = 6)
{
    StringOutput output;
    return output.first(archive::deflate(content, archive::Format::gzip, level, output, never));
}

struct Inflated {
    std::string content;
    std::optional<archive::InflateFault> fault;
};

inline Inflated gunzip(std::string_view compressed, std::size_t most = 1 << 20)
{
    StringOutput output(most);
    const auto size = archive::inflate(compressed, most, output, never);
    return size.ok() ? Inflated{output.first(size.value()), {}} : Inflated{{}, size.fault()};
}

}  // namespace quire::test
