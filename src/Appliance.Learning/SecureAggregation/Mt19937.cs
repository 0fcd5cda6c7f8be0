namespace Appliance.Learning.SecureAggregation;

/// <summary>
/// Mersenne Twister (Matsumoto and Nishimura, 1998), seeded with <c>init_genrand</c> as NumPy's RandomState does. Not for secrets of
/// its own: the protocol prescribes it.
/// </summary>
internal sealed class Mt19937
{
    private const int N = 624;
    private const int M = 397;

    private readonly uint[] _state = new uint[N];
    private int _at = N;

    public Mt19937(uint seed)
    {
        _state[0] = seed;
        for (var i = 1; i < N; i++)
            _state[i] = (1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30))) + (uint)i;
    }

    public uint Next()
    {
        if (_at == N)
            Twist();
        var y = _state[_at++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680u;
        y ^= (y << 15) & 0xEFC60000u;
        return y ^ (y >> 18);
    }

    private void Twist()
    {
        for (var i = 0; i < N; i++)
        {
            var y = (_state[i] & 0x80000000u) | (_state[(i + 1) % N] & 0x7FFFFFFFu);
            _state[i] = _state[(i + M) % N] ^ (y >> 1) ^ ((y & 1) * 0x9908B0DFu);
        }

        _at = 0;
    }
}
