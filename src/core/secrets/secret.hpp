// src/core/secrets/secret.hpp: bytes that are wiped when they go, and their comparison in constant time.
#pragma once
#include <cstddef>
#include <memory>
#include <string_view>

namespace quire::secrets {

// Overwrites bytes in a way that no compiler leaves out.
void wipe(void *bytes, std::size_t size);

// A buffer that is wiped by its destructor, on error paths too.
class Secret {
public:
    explicit Secret(std::size_t size) : bytes_(std::make_unique<unsigned char[]>(size)), size_(size), held_(size) {}
    explicit Secret(std::string_view text);
    Secret(Secret &&other) noexcept = default;
    Secret &operator=(Secret &&other) = delete;
    ~Secret()
    {
        if (bytes_) wipe(bytes_.get(), held_);
    }

    unsigned char *data() { return bytes_.get(); }
    std::size_t size() const { return size_; }
    // Only to fewer bytes; all that were there are still wiped.
    void shrink(std::size_t size) { size_ = size; }
    std::string_view view() const { return {reinterpret_cast<const char *>(bytes_.get()), size_}; }

private:
    std::unique_ptr<unsigned char[]> bytes_;
    std::size_t size_, held_;
};

// Takes as long wherever they differ. That their lengths differ is no secret.
bool equal(std::string_view a, std::string_view b);

}  // namespace quire::secrets
