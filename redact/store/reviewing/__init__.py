"""The only SQL on what people say of photos: answers, reviews, redraws, and the copies that came of them."""
