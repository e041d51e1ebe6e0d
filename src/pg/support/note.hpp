// src/pg/support/note.hpp: what was being done when an error came up.
#pragma once
#include "pg/support/postgres.hpp"

namespace quire::pg {

// Adds a line to the CONTEXT of every error and notice raised while it lives. Where SQL is parsed, an error's position
// is one in `source`, not in the client's statement. The texts are in the database's encoding, and kept by whoever made
// the note.
class Note {
public:
    explicit Note(const std::string &text, const char *source = nullptr) : text_(text), source_(source)
    {
        callback_ = {error_context_stack, tell, this};
        error_context_stack = &callback_;
    }
    ~Note() { error_context_stack = callback_.previous; }
    Note(const Note &) = delete;
    Note &operator=(const Note &) = delete;

private:
    static void tell(void *object)
    {
        const Note &note = *static_cast<Note *>(object);
        if (const int position = geterrposition(); note.source_ && position > 0) {
            errposition(0);
            internalerrposition(position);
            internalerrquery(note.source_);
        }
        errcontext("%s", note.text_.c_str());
    }

    const std::string &text_;
    const char *source_;
    ErrorContextCallback callback_;
};

}  // namespace quire::pg
