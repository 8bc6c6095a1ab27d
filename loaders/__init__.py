"""One file per publisher: fetch the bytes, read them strictly, hand over long rows. The only room with the internet."""
