namespace EchoMap;

/// <summary>Draws a map: a grid, and a disc for each player.</summary>
internal static class MapPicture
{
    public const int Width = 480;
    public const int Height = 320;

    private const int Cell = 40;
    private const int Radius = 9;
    private const int Edge = 2;
    private const int Ground = 0x1B2433;
    private const int Line = 0x2E3B50;
    private const int Rim = 0xF4F7FB;

    private static readonly int[] Colours = [0x5AB0FF, 0xFFB454, 0x7FD962, 0xF27983, 0xC792EA, 0x5CCFE6, 0xFFE66D, 0xF5A3C7];

    /// <summary>A JPEG of the players' places.</summary>
    public static byte[] Draw(IReadOnlyList<PlayerPlace> players)
    {
        var pixels = new int[Width * Height];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                pixels[(y * Width) + x] = x % Cell == 0 || y % Cell == 0 ? Line : Ground;
            }
        }

        foreach (var player in players)
        {
            DrawDisc(pixels, Radius + (player.X * (Width - (2 * Radius)) / 99), Radius + (player.Y * (Height - (2 * Radius)) / 99), Colours[player.Number % Colours.Length]);
        }

        return JpegEncoder.Encode(pixels, Width, Height);
    }

    private static void DrawDisc(int[] pixels, int left, int top, int colour)
    {
        for (var y = Math.Max(0, top - Radius); y <= Math.Min(Height - 1, top + Radius); y++)
        {
            for (var x = Math.Max(0, left - Radius); x <= Math.Min(Width - 1, left + Radius); x++)
            {
                var distance = ((x - left) * (x - left)) + ((y - top) * (y - top));
                if (distance <= Radius * Radius)
                {
                    pixels[(y * Width) + x] = distance > (Radius - Edge) * (Radius - Edge) ? Rim : colour;
                }
            }
        }
    }
}
