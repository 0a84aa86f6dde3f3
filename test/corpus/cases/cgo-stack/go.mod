module example.com/gallery

go 1.15

require example.com/thumb v1.0.0
