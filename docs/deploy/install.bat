@echo off
rem Offline installation on Windows: install.bat [folder]. Written for it, not run on it.
rem The sentences are in Chinese: the code page is switched to UTF-8 first.
chcp 65001 >nul
setlocal
set "HERE=%~dp0"
set "PREFIX=%~1"
if "%PREFIX%"=="" set "PREFIX=%ProgramData%\shian"
set /p VERSION=<"%HERE%VERSION"
set "PLACE=%PREFIX%\versions\%VERSION%"
set "DATA=%PREFIX%\data"

set "PYTHON="
for /f "usebackq" %%V in ("%HERE%PYTHONS") do (
    if not defined PYTHON py -%%V -c "import venv" >nul 2>nul && set "PYTHON=py -%%V"
)
if not defined PYTHON (
    echo 没有安装：没有找到可用的 Python。请先安装 64 位 Python 3.11、3.12 或 3.13（安装时勾选 py launcher）
    exit /b 1
)
if exist "%PLACE%\installed" (
    echo 程序 %VERSION% 已经安装在 %PLACE%，没有改动
    goto data
)
if exist "%PLACE%" rmdir /s /q "%PLACE%"
xcopy "%HERE%program" "%PLACE%\" /e /i /q >nul || exit /b 1
copy "%HERE%sbom.json" "%PLACE%\" >nul
echo 安装依赖（不使用网络）……
%PYTHON% -m venv "%PLACE%\.venv" || exit /b 1
"%PLACE%\.venv\Scripts\python" -m pip install --quiet --disable-pip-version-check --no-index --require-hashes --find-links "%HERE%wheels" -r "%PLACE%\requirements.txt"
if errorlevel 1 (
    echo 依赖没有装全，见上面的提示；改正后重新运行本命令
    exit /b 1
)
echo %VERSION%>"%PLACE%\installed"
echo 已安装程序：%PLACE%

:data
if not exist "%DATA%" mkdir "%DATA%"
icacls "%DATA%" /inheritance:r /grant:r "%USERNAME%:(OI)(CI)F" "SYSTEM:(OI)(CI)F" >nul
if not exist "%DATA%\config.py" (
    "%PLACE%\.venv\Scripts\python" -c "import pathlib,secrets,sys; pathlib.Path(sys.argv[2]).write_text(pathlib.Path(sys.argv[1]).read_text(encoding='utf-8').replace('@KEY@', secrets.token_hex(32)), encoding='utf-8')" "%PLACE%\docs\deploy\config.py.example" "%DATA%\config.py" || exit /b 1
    echo 已生成配置和密钥：%DATA%\config.py
)
(
    echo @echo off
    echo set SHIAN_ENV=production
    echo set SHIAN_INSTANCE=%DATA%
    echo if "%%1"=="serve" goto serve
    echo "%PLACE%\.venv\Scripts\flask" --app "%PLACE%\wsgi.py" %%*
    echo exit /b
    echo :serve
    echo cd /d "%PLACE%"
    echo "%PLACE%\.venv\Scripts\waitress-serve" --listen=127.0.0.1:8000 --threads=4 wsgi:app
) >"%PLACE%\shian.bat"
if not exist "%PREFIX%\shian.bat" copy "%PLACE%\shian.bat" "%PREFIX%\shian.bat" >nul
echo.
echo 接下来：
echo   1. 看一遍 %DATA%\config.py，至少填写 TRUSTED_HOSTS
echo   2. %PREFIX%\shian.bat db upgrade
echo   3. %PREFIX%\shian.bat reference load
echo   4. %PREFIX%\shian.bat init --name 某某区市场监督管理局 --code 120119 --region 120119 --level 县级
echo   5. %PREFIX%\shian.bat serve   和另一个窗口中的   %PREFIX%\shian.bat worker
echo   6. %PREFIX%\shian.bat doctor
echo   升级：停止网站和后台任务，%PLACE%\shian.bat upgrade，再把 %PLACE%\shian.bat 复制为 %PREFIX%\shian.bat
